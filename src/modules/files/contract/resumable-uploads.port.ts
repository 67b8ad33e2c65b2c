import type { CallContext } from '../../../kernel/context/call-context';
import type { Reauthorize } from './files.port';
import type { FilePlace } from './files.types';

/** The metadata of a tus upload (`Upload-Metadata`). */
export interface UploadMetadata {
  readonly place: FilePlace;
  /** Empty if absent. */
  readonly contentType: string;
  readonly projectId: string | null;
}

/** A request of the tus protocol, version 1.0.0. */
export interface TusRequest {
  readonly method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE';
  /** Path of the upload URL, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` if there is no body. */
  readonly bytes: AsyncIterable<Buffer> | null;
  readonly reauthorize: Reauthorize;
}

export interface TusAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Resumable uploads (https://tus.io/protocols/resumable-upload, version 1.0.0, with creation, creation-with-upload, creation-defer-length,
 * termination and expiration). An upload belongs to its caller; for other callers, it is `not_found`.
 */
export abstract class ResumableUploadsPort {
  /** Asserts the protocol version. Errors: `precondition_failed` if the version is different or missing. */
  abstract assertProtocol(headers: TusRequest['headers']): void;

  /** Parses the metadata. Errors: `invalid_request` for metadata without `tier` and `path`, or with an invalid path. */
  abstract metadataOf(uploadMetadata: string | undefined): UploadMetadata;

  /** Returns the file that one of the caller's uploads becomes; `null` if the caller has no such upload. */
  abstract find(context: CallContext, id: string): Promise<Pick<UploadMetadata, 'place' | 'projectId'> | null>;

  /**
   * Handles a request. When the last byte has arrived, the upload becomes a file before the response is sent.
   * Errors: the errors that the protocol defines (`conflict` for a different offset, `gone` for an expired upload), and the errors of
   * `FilesPort.put`.
   */
  abstract handle(context: CallContext, request: TusRequest): Promise<TusAnswer>;

  /** The maximum size of an upload, in bytes. */
  abstract readonly maxBytes: number;
}
