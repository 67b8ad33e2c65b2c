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

/** Keys of plans and overrides in memory together, of all tenants. */
const MAX_HELD_KEYS = 1_000_000;

/** What is held of a tenant; `null` for one that there is not. */
interface Held {
  readonly licence: TenantLicence | null;
}

/** What tenants may, in memory: read at first use and forgotten when the change feed tells of a change. */
@Injectable()
export class LicenceHolder {
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

  /** What a tenant may; `null` when there is none of this id. Errors: `unavailable`. */
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
