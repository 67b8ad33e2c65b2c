import type { FileContent, FileRequest } from './files.port';

/** Bytes to keep. */
export interface ObjectToKeep {
  /** The owner of the object, such as the id of a job. The object is deleted with its owner. */
  readonly holder: string;
  readonly bytes: AsyncIterable<Buffer>;
  readonly maxBytes: number;
  /** The media type that the maker declares; the type found in the bytes takes precedence. Empty: by the bytes alone. */
  readonly contentType: string;
}

export interface KeptObject {
  readonly id: string;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  readonly contentType: string;
}

/**
 * Objects that another module keeps in the storage of a tenant's files, under no path: that module knows what they are. They
 * do not count for the quota of files, so that whoever keeps them sets a limit.
 * Errors of all: `unavailable` when the store or the storage is away.
 */
export abstract class KeptObjectsPort {
  /** Writes an object, whole or not at all; resolves when it is durable. Errors: `payload_too_large`. */
  abstract keep(tenantId: string, object: ObjectToKeep): Promise<KeptObject>;

  /** Deletes an object; does nothing when there is none. */
  abstract drop(tenantId: string, id: string): Promise<void>;

  /** Reads one, as a file of a name. Errors: `not_found`, `precondition_failed`, `range_not_satisfiable`. */
  abstract open(
    tenantId: string,
    id: string,
    name: string,
    request: Omit<FileRequest, 'version'>,
  ): Promise<FileContent>;
}
