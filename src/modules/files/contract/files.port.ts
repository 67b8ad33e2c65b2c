import type { CallContext } from '../../../kernel/context/call-context';
import type { Page } from '../../../kernel/lists/page';
import type { ProjectStanding } from './file-projects.port';
import type {
  CopyOrder,
  FilePage,
  FilePlace,
  FileQuery,
  FileVersion,
  FileView,
  MoveOrder,
  VersionQuery,
} from './files.types';

/** The conditional headers of a request (RFC 9110 §13.1); absent ones are `undefined`. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
  readonly ifRange?: string | undefined;
}

/** Which bytes of a file are wanted, and when. */
export interface FileRequest {
  /** `null`: the current version. */
  readonly version: number | null;
  /** `Range`, as it was sent. */
  readonly range: string | undefined;
  readonly conditions: Conditions;
  /** False for HEAD: nothing is opened. */
  readonly wantsBytes: boolean;
}

/** A file to be given out. */
export interface FileContent {
  readonly file: Pick<FileView, 'key' | 'size' | 'contentType' | 'checksum' | 'etag' | 'version' | 'updatedAt'>;
  /** `not modified`: the caller has it. */
  readonly kind: 'whole' | 'part' | 'not modified';
  /** Positions of the first and last byte that are given; of an empty file 0 and -1. */
  readonly start: number;
  readonly end: number;
  /** `null` when none are wanted. It is to be read, or given up by `return()`. */
  readonly bytes: AsyncIterable<Buffer> | null;
}

/** An act on a file that a call names. */
export interface FileAct {
  readonly action: 'file.get' | 'file.put' | 'file.delete';
  readonly place: FilePlace;
}

/**
 * Asks again whether the caller may do something to a shared file, with their role in its project: somebody may have made or
 * replaced it since the call was let in. It is called while no transaction is open. Errors: `forbidden`; `unavailable`.
 */
export type Reauthorize = (act: FileAct, standing: ProjectStanding | null) => Promise<void>;

/** A file to be written. */
export interface FileUpload {
  readonly bytes: AsyncIterable<Buffer>;
  /** `null` when the caller does not say. */
  readonly sizeBytes: number | null;
  /** `Content-Type` of the caller; empty without one. */
  readonly contentType: string;
  /** The digest that the bytes must have; `null` for any. */
  readonly sha256: Buffer | null;
  readonly conditions: Conditions;
  /** `undefined`: as the file has it, or none. */
  readonly projectId: string | null | undefined;
  /** As which the write is recorded. */
  readonly action: 'file.put' | 'file.signed.put';
  readonly reauthorize: Reauthorize;
  /** Of a signed URL, which may allow less than the plan; `null`: what plan and installation allow. */
  readonly maxBytes: number | null;
}

/** What a write of a file made. */
export interface WrittenFile {
  readonly file: FileView;
  /** Whether there was none before. */
  readonly isNew: boolean;
}

/**
 * The files of a tenant, in the spaces that the caller has: what `private` and `user` mean comes from the context. A file is
 * its path; its versions are kept for a while. Another's file is `not_found`, as one that is not there.
 * Errors of all: `forbidden` for a tier that the caller has not; `unavailable` when the store or the storage is away.
 */
export abstract class FilesPort {
  /** In the order of the bytes of their paths. Errors: `invalid_request` for a cursor of another list. */
  abstract list(context: CallContext, query: FileQuery): Promise<FilePage>;

  /** Errors: `not_found`, `precondition_failed`, `range_not_satisfiable`. */
  abstract open(context: CallContext, place: FilePlace, request: FileRequest): Promise<FileContent>;

  /**
   * Writes a version, whole or not at all; resolves when it is durable.
   * Errors: `precondition_failed`; `payload_too_large` beyond the quota or the largest file; `invalid_request` for bytes
   * that end early or have another digest; `forbidden` when the plan has no files; `rate_limited` for too many at once.
   */
  abstract put(context: CallContext, place: FilePlace, upload: FileUpload): Promise<WrittenFile>;

  /** Its versions stay for a while, unless they are to be dropped. Errors: `not_found`, `precondition_failed`. */
  abstract remove(
    context: CallContext,
    place: FilePlace,
    options: { readonly dropsVersions: boolean; readonly conditions: Conditions; readonly reauthorize: Reauthorize },
  ): Promise<void>;

  /** Newest first, also of a deleted file. Errors: `not_found`. */
  abstract versions(context: CallContext, query: VersionQuery): Promise<Page<FileVersion>>;

  /** One more version of the same bytes; it counts for the quota. Errors: `not_found`, `precondition_failed`, `payload_too_large`. */
  abstract copy(context: CallContext, order: CopyOrder, reauthorize: Reauthorize): Promise<FileView>;

  /** A copy, and the deletion of the source, at once. Errors: as {@link copy}. */
  abstract move(context: CallContext, order: MoveOrder, reauthorize: Reauthorize): Promise<FileView>;
}
