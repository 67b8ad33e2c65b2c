import type { TenantPolicy } from './tenant-policy';
import type { PortablePolicy } from './threads/portable-policy';

/** The cached policy of a tenant: one version over one base. Immutable. */
export interface CachedPolicy {
  /** The version; `null` for the base policy alone. */
  readonly version: number | null;
  /**
   * The policy for decisions on the main thread; `null` if loading it would block that thread for too long, in which case only worker
   * threads evaluate it.
   */
  readonly compiled: TenantPolicy | null;
  readonly portable: PortablePolicy;
  /** The estimated size in memory. */
  readonly sizeBytes: number;
}
