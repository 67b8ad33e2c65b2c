import type { FileContent, FileRequest } from './files.port';

/** Bytes that are to be kept. */
export interface ObjectToKeep {
  /** What it is held for, such as the id of a job: when that is gone, so is the object. */
  readonly holder: string;
  readonly bytes: AsyncIterable<Buffer>;
  readonly maxBytes: number;
  /** What its maker says it is; empty: by its bytes alone, which are believed before anybody. */
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

  /** Drops an object that is kept; one that is not is as good. */
  abstract drop(tenantId: string, id: string): Promise<void>;

  /** Reads one, as a file of a name. Errors: `not_found`, `precondition_failed`, `range_not_satisfiable`. */
  abstract open(
    tenantId: string,
    id: string,
    name: string,
    request: Omit<FileRequest, 'version'>,
  ): Promise<FileContent>;
}
