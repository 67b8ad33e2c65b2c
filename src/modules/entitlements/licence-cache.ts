import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { TENANTS_TOPIC } from '../tenants/contract/tenants.types';
import { ENTITLEMENT_LIMITS } from './contract/entitlements-admin.types';
import { ENTITLEMENTS_TOPIC } from './contract/entitlements.types';
import { TenantLicence } from './domain/tenant-licence';
import { LicencesRepository } from './storage/licences.repository';
import { PlansRepository } from './storage/plans.repository';

/** The maximum number of cached keys of plans and overrides, over all tenants. */
const MAX_HELD_KEYS = 1_000_000;

/** The cache entry of a tenant; `null` for an unknown one. */
interface Held {
  readonly licence: TenantLicence | null;
}

/** A cache of the entitlements of tenants: filled at first use, and invalidated by the change feed. */
@Injectable()
export class LicenceCache {
  private readonly licences: TenantCache<Held>;

  constructor(
    private readonly tenants: TenantsPort,
    private readonly plans: PlansRepository,
    private readonly repository: LicencesRepository,
    feed: ChangeFeed,
  ) {
    this.licences = new TenantCache({
      feed,
      what: 'Entitlements are',
      changes: { [TENANTS_TOPIC]: ({ key }) => key, [ENTITLEMENTS_TOPIC]: ({ tenantId }) => tenantId },
      read: async (tenantId) => ({ licence: await this.read(tenantId) }),
      maxSize: MAX_HELD_KEYS,
      sizeOf: ({ licence }) => 1 + (licence?.keys.length ?? 0),
    });
  }

  /** Returns the entitlements of a tenant; `null` for an unknown id. Errors: `unavailable`. */
  async get(tenantId: string): Promise<TenantLicence | null> {
    return (this.licences.peek(tenantId) ?? (await this.licences.get(tenantId))).licence;
  }

  private async read(tenantId: string): Promise<TenantLicence | null> {
    const [tenant, licence, overrides] = await Promise.all([
      this.tenants.find(tenantId),
      this.repository.licence(tenantId),
      this.repository.overrides(tenantId, '', ENTITLEMENT_LIMITS.maxOverrides),
    ]);
    if (tenant === null) return null;
    const plan = await this.plans.find(licence?.plan ?? tenant.plan);
    return new TenantLicence({
      isActive: tenant.status === 'active',
      ownPlan: tenant.plan,
      licence,
      plan,
      overrides,
    });
  }
}
