import type { FileContent, FileRequest } from './files.port';

/** Bytes to keep. */
export interface NewBlob {
  /** The owner of the object, such as the id of a job. The object is deleted with its owner. */
  readonly holder: string;
  readonly bytes: AsyncIterable<Buffer>;
  readonly maxBytes: number;
  /** The declared media type; the type detected from the bytes takes precedence. If empty, only the bytes determine the type. */
  readonly contentType: string;
}

export interface Blob {
  readonly id: string;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  readonly contentType: string;
}

/**
 * Objects that another module keeps in a tenant's file storage. They have no path; only that module keeps track of them. They do not count
 * toward the file quota, so the module must set a limit. Errors of all methods: `unavailable` if the database or the storage is
 * unavailable.
 */
export abstract class BlobsPort {
  /** Writes an object completely or not at all; resolves when it is durable. Errors: `payload_too_large`. */
  abstract put(tenantId: string, object: NewBlob): Promise<Blob>;

  /** Deletes an object; does nothing if there is none. */
  abstract delete(tenantId: string, id: string): Promise<void>;

  /** Opens an object as a file with a name. Errors: `not_found`, `precondition_failed`, `range_not_satisfiable`. */
  abstract open(
    tenantId: string,
    id: string,
    name: string,
    request: Omit<FileRequest, 'version'>,
  ): Promise<FileContent>;
}
