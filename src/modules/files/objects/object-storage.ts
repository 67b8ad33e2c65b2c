import type { Readable } from 'node:stream';
import type { ByteRange } from '../domain/byte-range';

/** The key of an object. It consists of its tenant's prefix and an id that is never reused. */
export interface ObjectKey {
  /** `tnt-…` */
  readonly tenantId: string;
  /** A lowercase ULID. */
  readonly id: string;
}

/** An object in object storage. */
export interface StoredObject extends ObjectKey {
  readonly sizeBytes: number;
  /** Unix milliseconds. */
  readonly modifiedMs: number;
}

/**
 * An object store. Objects are written once, completely or not at all, and never change. Their files, permissions and expiry are
 * recorded only in the database. Errors of all methods: `unavailable` (`store_unavailable`, `store_full`).
 */
export abstract class ObjectStorage {
  /**
   * Writes an object; resolves with its size when it is durable. If it rejects, for example because `bytes` does, the object does not
   * exist, but parts of it can remain until {@link delete}.
   */
  abstract put(key: ObjectKey, bytes: AsyncIterable<Buffer>): Promise<number>;

  /** Opens a part of an object. Errors: `unavailable` for a missing object, because the database contains a row for it. */
  abstract get(key: ObjectKey, range: ByteRange): Promise<Readable>;

  /** Returns the size and time of an object; `null` if there is none. */
  abstract stat(key: ObjectKey): Promise<StoredObject | null>;

  /** Removes an object and the remains of an interrupted {@link put}; succeeds if the object does not exist. */
  abstract delete(key: ObjectKey): Promise<void>;

  /** Lists all objects of a tenant, including the remains of interrupted {@link put} calls. */
  abstract list(tenantId: string): AsyncIterable<StoredObject>;
}

const TENANT_ID = /^tnt-[0-9a-z]{26}$/;
const OBJECT_ID = /^[0-9a-z]{26}$/;

/** Throws for an invalid tenant id. See {@link assertKey}. */
export function assertTenant(tenantId: string): void {
  if (!TENANT_ID.test(tenantId)) throw new Error('Not the id of a tenant.');
}

/** Throws for a key that could lead to a different path. Every implementation calls this before it builds a name from a key. */
export function assertKey({ tenantId, id }: ObjectKey): void {
  if (!TENANT_ID.test(tenantId) || !OBJECT_ID.test(id)) throw new Error('Not the key of an object.');
}

/** Returns true if this tenant id and this object id, as found in object storage, are a valid object key. */
export function isKey(tenantId: string, id: string): boolean {
  return TENANT_ID.test(tenantId) && OBJECT_ID.test(id);
}
