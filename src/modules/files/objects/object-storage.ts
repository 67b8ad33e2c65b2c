import type { Readable } from 'node:stream';
import type { ByteRange } from '../domain/byte-range';

/** Where an object lies: under its tenant's prefix, by an id that is never used again. */
export interface ObjectKey {
  /** `tnt-…` */
  readonly tenantId: string;
  /** A ULID in lower case. */
  readonly id: string;
}

/** An object as a storage knows it. */
export interface StoredObject extends ObjectKey {
  readonly sizeBytes: number;
  /** Unix milliseconds. */
  readonly modifiedMs: number;
}

/**
 * Where bytes are kept. Objects are written once, whole or not at all, and never changed. What they are part of, who may
 * have them, and when they go is known by the database alone.
 * Errors of all: `unavailable` (`store_unavailable`, `store_full`) when the storage does not do it now.
 */
export abstract class ObjectStorage {
  /**
   * Writes an object; resolves with its size when it is durable. When it rejects, also because `bytes` does, there is no
   * such object, though something of it may lie about until {@link delete}.
   */
  abstract put(key: ObjectKey, bytes: AsyncIterable<Buffer>): Promise<number>;

  /** Opens a part of an object. Errors: `unavailable` for one that is not there: the database says that it is. */
  abstract get(key: ObjectKey, range: ByteRange): Promise<Readable>;

  /** What is known of an object; `null` when there is none. */
  abstract stat(key: ObjectKey): Promise<StoredObject | null>;

  /** Removes an object and whatever a broken {@link put} has left of it; one that is not there is as good. */
  abstract delete(key: ObjectKey): Promise<void>;

  /** Everything of a tenant, also what a broken {@link put} has left. */
  abstract list(tenantId: string): AsyncIterable<StoredObject>;
}

const TENANT_ID = /^tnt-[0-9a-z]{26}$/;
const OBJECT_ID = /^[0-9a-z]{26}$/;

/** Throws for what is no tenant; as {@link assertKey}. */
export function assertTenant(tenantId: string): void {
  if (!TENANT_ID.test(tenantId)) throw new Error('Not the id of a tenant.');
}

/** Throws for a key that could lead elsewhere; every storage asks before it makes a name of one. */
export function assertKey({ tenantId, id }: ObjectKey): void {
  if (!TENANT_ID.test(tenantId) || !OBJECT_ID.test(id)) throw new Error('Not the key of an object.');
}

/** Whether names found in a storage are those of an object of ours. */
export function isKey(tenantId: string, id: string): boolean {
  return TENANT_ID.test(tenantId) && OBJECT_ID.test(id);
}
