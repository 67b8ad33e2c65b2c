import type { CallContext } from '../../../kernel/context/call-context';
import type { Reauthorize } from './files.port';
import type { FilePlace } from './files.types';

/** The metadata of a tus upload (`Upload-Metadata`). */
export interface UploadMetadata {
  readonly place: FilePlace;
  /** Empty without one. */
  readonly contentType: string;
  readonly projectId: string | null;
}

/** A request of the tus protocol, version 1.0.0. */
export interface TusRequest {
  readonly method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE';
  /** Path of the upload's URL, as it was sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` when none was sent. */
  readonly bytes: AsyncIterable<Buffer> | null;
  readonly reauthorize: Reauthorize;
}

export interface TusAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Resumable uploads (https://tus.io/protocols/resumable-upload, version 1.0.0, with creation, creation-with-upload,
 * creation-defer-length, termination and expiration). An upload is its caller's alone: anybody else's is `not_found`.
 */
export abstract class ResumableUploadsPort {
  /** Errors: `precondition_failed` for another version of the protocol, or none. */
  abstract assertProtocol(headers: TusRequest['headers']): void;

  /** Errors: `invalid_request` for metadata without `tier` and `path`, or with a path that is none. */
  abstract metadataOf(uploadMetadata: string | undefined): UploadMetadata;

  /** Returns the file that an upload of the caller becomes; `null` when the caller has no such upload. */
  abstract find(context: CallContext, id: string): Promise<Pick<UploadMetadata, 'place' | 'projectId'> | null>;

  /**
   * Answers a request. When the last byte is there, the upload becomes a file before it is answered.
   * Errors: as the protocol's statuses (`conflict` for another offset, `gone` for one that has expired), and as of
   * `FilesPort.put`.
   */
  abstract handle(context: CallContext, request: TusRequest): Promise<TusAnswer>;

  /** The maximum size of an upload, in bytes. */
  abstract readonly maxBytes: number;
}
