import type { Tx } from '../database/sql';

/** One data key of a tenant. */
export interface TenantKey {
  /** `dek-…`; unique in the tenant. */
  readonly id: string;
  /**
   * Returns 256 bits for one use (RFC 5869 §3.2), the same in every process, forever. Data encrypted with them stays
   * readable while the key is kept.
   * @param purpose such as `masking tokens`; keys of different purposes reveal nothing of each other.
   */
  derive(purpose: string): Buffer;
  /** AES-256-GCM. @param owner what the value belongs to, such as `secrets/DB_PASSWORD/3`; the tenant is added. */
  seal(plaintext: Buffer, owner: string): Buffer;
  /** Throws when the value was changed, or belongs to another owner, tenant or key. */
  open(sealed: Buffer, owner: string): Buffer;
}

/** A new data key that is not in the store yet. */
export interface PreparedKey {
  readonly id: string;
  /** Stores it as the current one; every process hears of it by the change feed. Errors: `conflict` for too many keys. */
  readonly makeCurrent: (tx: Tx) => Promise<void>;
}

/**
 * Envelope encryption: each tenant has data keys of its own, wrapped by `MASTER_KEY` in `sealing.tenant_keys`. A row moved
 * to another tenant does not decrypt, and a new master key rewraps some keys rather than every value.
 * Errors: `unavailable`, in words for the operator, when the store is away or no known master key unwraps the key.
 */
export abstract class TenantKeys {
  /** The key for new values, made at the tenant's first use; from memory afterwards. */
  abstract current(tenantId: string): Promise<TenantKey>;
  /** The key that an older value names; from memory after its first use. */
  abstract byId(tenantId: string, keyId: string): Promise<TenantKey>;
  /** A new key, to be made the current one; older ones stay readable. */
  abstract prepare(tenantId: string): Promise<PreparedKey>;
}
