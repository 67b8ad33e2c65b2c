import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { TENANTS_TOPIC } from '../tenants/contract/tenants.types';
import { ENTITLEMENT_LIMITS } from './contract/entitlements-admin.types';
import { ENTITLEMENTS_TOPIC } from './contract/entitlements.types';
import { TenantLicense } from './domain/tenant-license';
import { LicensesRepository } from './storage/licenses.repository';
import { PlansRepository } from './storage/plans.repository';

/** The maximum number of cached keys from plans and overrides, across all tenants. */
const MAX_HELD_KEYS = 1_000_000;

/** The cache entry for a tenant. Its license is `null` for an unknown tenant. */
interface Held {
  readonly license: TenantLicense | null;
}

/** A cache of tenants' entitlements, filled on first use and invalidated by the change feed. */
@Injectable()
export class LicenseCache {
  private readonly licenses: TenantCache<Held>;

  constructor(
    private readonly tenants: TenantsPort,
    private readonly plans: PlansRepository,
    private readonly repository: LicensesRepository,
    feed: ChangeFeed,
  ) {
    this.licenses = new TenantCache({
      feed,
      what: 'Entitlements are',
      changes: { [TENANTS_TOPIC]: ({ key }) => key, [ENTITLEMENTS_TOPIC]: ({ tenantId }) => tenantId },
      read: async (tenantId) => ({ license: await this.read(tenantId) }),
      maxSize: MAX_HELD_KEYS,
      sizeOf: ({ license }) => 1 + (license?.keys.length ?? 0),
    });
  }

  /** Returns a tenant's entitlements, or `null` for an unknown id. Errors: `unavailable`. */
  async get(tenantId: string): Promise<TenantLicense | null> {
    return (this.licenses.peek(tenantId) ?? (await this.licenses.get(tenantId))).license;
  }

  private async read(tenantId: string): Promise<TenantLicense | null> {
    const [tenant, license, overrides] = await Promise.all([
      this.tenants.find(tenantId),
      this.repository.license(tenantId),
      this.repository.overrides(tenantId, '', ENTITLEMENT_LIMITS.maxOverrides),
    ]);
    if (tenant === null) return null;
    const plan = await this.plans.find(license?.plan ?? tenant.plan);
    return new TenantLicense({
      isActive: tenant.status === 'active',
      ownPlan: tenant.plan,
      license,
      plan,
      overrides,
    });
  }
}
