import type { CallContext } from '../../../kernel/context/call-context';
import type { Page } from '../../../kernel/lists/page';
import type { ProjectState } from './file-projects.port';
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

/** The conditional headers of a request (RFC 9110 §13.1); absent headers are `undefined`. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
  readonly ifRange?: string | undefined;
}

/** The bytes to read from a file, and the conditions. */
export interface FileRequest {
  /** The version to read; `null` for the current version. */
  readonly version: number | null;
  /** The `Range` header, as sent. */
  readonly range: string | undefined;
  readonly conditions: Conditions;
  /** False for HEAD: no object is opened. */
  readonly wantsBytes: boolean;
}

/** A file to be sent. */
export interface FileContent {
  readonly file: Pick<FileView, 'key' | 'size' | 'contentType' | 'checksum' | 'etag' | 'version' | 'updatedAt'>;
  /** `not modified` means that the caller already has the file. */
  readonly kind: 'whole' | 'part' | 'not modified';
  /** Positions of the first and last byte sent; 0 and -1 for an empty file. */
  readonly start: number;
  readonly end: number;
  /** `null` if no bytes are wanted. The caller must read them all, or stop with `return()`. */
  readonly bytes: AsyncIterable<Buffer> | null;
}

/** An action on a file. */
export interface FileAct {
  readonly action: 'file.get' | 'file.put' | 'file.delete';
  readonly place: FilePlace;
}

/**
 * Checks again that the caller can perform the action on a shared file, with their role in its project. Another caller might have created
 * or replaced the file since the call was authorized. Called while no transaction is open. Errors: `forbidden`; `unavailable`.
 */
export type Reauthorize = (act: FileAct, standing: ProjectState | null) => Promise<void>;

/** A file to be written. */
export interface FileUpload {
  readonly bytes: AsyncIterable<Buffer>;
  /** The declared size; `null` if the caller does not declare a size. */
  readonly sizeBytes: number | null;
  /** The `Content-Type` that the caller sent; empty if absent. */
  readonly contentType: string;
  /** The digest that the bytes must have; `null` for any digest. */
  readonly sha256: Buffer | null;
  readonly conditions: Conditions;
  /** If `undefined`, an existing file keeps its project, and a new file has no project. */
  readonly projectId: string | null | undefined;
  /** The action under which the write is recorded. */
  readonly action: 'file.put' | 'file.signed.put';
  readonly reauthorize: Reauthorize;
  /** The limit of a signed URL, which can allow less than the plan; if `null`, only the plan and the installation limit the size. */
  readonly maxBytes: number | null;
}

/** The result of writing a file. */
export interface WrittenFile {
  readonly file: FileView;
  /** True if the file did not exist before. */
  readonly isNew: boolean;
}

/**
 * The files of a tenant, in the caller's spaces: the context determines the meaning of `private` and `user`. A path identifies a file; its
 * versions are kept for a while. Another caller's file is `not_found`, like a file that does not exist. Errors of all methods: `forbidden`
 * for a tier that the caller cannot use; `unavailable` if the database or the storage is unavailable.
 */
export abstract class FilesPort {
  /** Lists files in byte order of their paths. Errors: `invalid_request` for a cursor from a different list. */
  abstract list(context: CallContext, query: FileQuery): Promise<FilePage>;

  /** Opens a file. Errors: `not_found`, `precondition_failed`, `range_not_satisfiable`. */
  abstract open(context: CallContext, place: FilePlace, request: FileRequest): Promise<FileContent>;

  /**
   * Writes a version completely or not at all; resolves when it is durable. Errors: `precondition_failed`; `payload_too_large` beyond the
   * quota or the maximum file size; `invalid_request` for incomplete bytes or a different digest; `forbidden` if the plan does
   * not include files; `rate_limited` for too many concurrent uploads.
   */
  abstract put(context: CallContext, place: FilePlace, upload: FileUpload): Promise<WrittenFile>;

  /** Deletes a file. Its versions are kept for a while, unless `dropsVersions` is true. Errors: `not_found`, `precondition_failed`. */
  abstract remove(
    context: CallContext,
    place: FilePlace,
    options: { readonly dropsVersions: boolean; readonly conditions: Conditions; readonly reauthorize: Reauthorize },
  ): Promise<void>;

  /** Lists the versions of a file, newest first. The file can be deleted. Errors: `not_found`. */
  abstract versions(context: CallContext, query: VersionQuery): Promise<Page<FileVersion>>;

  /** Adds a version with the same bytes; it counts toward the quota. Errors: `not_found`, `precondition_failed`, `payload_too_large`. */
  abstract copy(context: CallContext, order: CopyOrder, reauthorize: Reauthorize): Promise<FileView>;

  /** Copies a file and deletes the source, atomically. Errors: as {@link copy}. */
  abstract move(context: CallContext, order: MoveOrder, reauthorize: Reauthorize): Promise<FileView>;
}
