import type { Tx } from '../database/sql';

/** One data key of a tenant. */
export interface TenantKey {
  /** `dek-…`; unique in the tenant. */
  readonly id: string;
  /**
   * Returns 256 bits for one use (RFC 5869 §3.2), always the same in every process. Data encrypted with these bits stays readable as long
   * as the data key is kept.
   * @param purpose such as `masking tokens`; keys for different purposes do not reveal anything about each other.
   */
  derive(purpose: string): Buffer;
  /** Seals with AES-256-GCM. @param owner the owner of the value, such as `secrets/DB_PASSWORD/3`; the method adds the tenant. */
  seal(plaintext: Buffer, owner: string): Buffer;
  /** Opens a sealed value. Throws if the value was changed, or belongs to a different owner, tenant or key. */
  open(sealed: Buffer, owner: string): Buffer;
}

/** A new data key that is not in the store yet. */
export interface PreparedKey {
  readonly id: string;
  /** Stores the key as the current key. The change feed notifies every process. Errors: `conflict` for too many keys. */
  readonly makeCurrent: (tx: Tx) => Promise<void>;
}

/**
 * Envelope encryption: each tenant has its own data keys, wrapped with `MASTER_KEY` in `sealing.tenant_keys`. A row moved to a different
 * tenant does not decrypt, and a new master key requires rewrapping some keys rather than every value. Errors: `unavailable`, with a
 * message for the operator, if the store is unavailable or no known master key unwraps the key.
 */
export abstract class TenantKeys {
  /** Returns the key for new values, which is created on the tenant's first use and cached afterward. */
  abstract current(tenantId: string): Promise<TenantKey>;
  /** Returns the key that an older value names. The key is cached after its first use. */
  abstract byId(tenantId: string, keyId: string): Promise<TenantKey>;
  /** Creates a key that can become the current key. Older keys stay readable. */
  abstract prepare(tenantId: string): Promise<PreparedKey>;
}
