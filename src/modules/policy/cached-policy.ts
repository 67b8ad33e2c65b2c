import type { TenantPolicy } from './tenant-policy';
import type { PortablePolicy } from './threads/portable-policy';

/** The policy of a tenant as this process holds it: one version over one base. Never changes. */
export interface CachedPolicy {
  /** `null`: the base policy alone. */
  readonly version: number | null;
  /** For decisions on the main thread; `null` where loading it would hold that for too long, so that threads alone evaluate it. */
  readonly compiled: TenantPolicy | null;
  readonly portable: PortablePolicy;
  /** An estimate of what it takes in memory. */
  readonly sizeBytes: number;
}
