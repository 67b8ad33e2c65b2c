import { Injectable } from '@nestjs/common';
import { fromJson } from '@coresdk/rego/values';
import { TenantNames } from '../../kernel/context/tenant-names';
import { type AppError, outage } from '../../kernel/errors/app-error';
import { SlowWork } from '../../kernel/threads/slow-work';
import type { PolicyUpdate } from './contract/policy.types';
import { estimatedLoadMs, MAX_LOAD_MS } from './domain/load-cost';
import type { CachedPolicy } from './cached-policy';
import { BASE_ONLY_BYTES, compileStored, readStored, sizeOfPolicy, UnusableBundle, unpackStored } from './load-policy';
import { type InstalledBase, PolicyDirectory } from './policy-directory';
import { ActivePoliciesRepository } from './storage/active-policies.repository';
import { TenantPolicy } from './tenant-policy';
import { inSharedMemory } from './threads/portable-policy';

interface Tenant {
  readonly id: string;
  readonly slug: string;
}

/**
 * Reads the active bundle of a tenant. A small bundle is compiled over the base policy here. A large bundle is left to the threads that
 * evaluate it, because reading it would block the main thread.
 */
@Injectable()
export class PolicyLoader {
  constructor(
    private readonly directory: PolicyDirectory,
    private readonly repository: ActivePoliciesRepository,
    private readonly tenants: TenantNames,
    private readonly slowWork: SlowWork,
  ) {}

  /**
   * Loads the policy of a tenant. Errors: `unavailable` when the database is unavailable, or the stored bundle does not compile over this
   * base policy.
   */
  async load(tenantId: string): Promise<CachedPolicy> {
    const [slug, bundle] = await Promise.all([this.tenants.slugOf(tenantId), this.repository.active(tenantId)]);
    if (slug === null) throw noTenant();
    const tenant = { id: tenantId, slug };
    if (bundle === null) return baseOnly(tenant, this.directory.base());
    try {
      return await this.read(tenant, bundle);
    } catch (error) {
      if (!(error instanceof UnusableBundle)) throw error;
      throw outage('policy_unavailable', { message: error.message, cause: error.cause });
    }
  }

  private async read(tenant: Tenant, bundle: PolicyUpdate): Promise<CachedPolicy> {
    const { archive, version } = bundle;
    const files = await unpackStored(archive);
    // This is read last: there is no `await` between this point and the end of the compilation, so the base policy cannot be reloaded in
    // between.
    const base = this.directory.base();
    const portable = { tenant, version, archive: inSharedMemory(archive), base: base.portable };
    if (estimatedLoadMs(files) > MAX_LOAD_MS) {
      return { version, compiled: null, portable, sizeBytes: BASE_ONLY_BYTES + archive.byteLength };
    }
    const origin = { kind: 'policy.load', tenantId: tenant.id, resource: String(version) };
    return this.slowWork.measure(origin, () => {
      const read = readStored(files, bundle);
      const compiled = compileStored(base, read, bundle, tenant);
      return { version, compiled, portable, sizeBytes: archive.byteLength + sizeOfPolicy(read) };
    });
  }
}

function baseOnly(tenant: Tenant, { policy, portable: base }: InstalledBase): CachedPolicy {
  return {
    version: null,
    compiled: new TenantPolicy(null, policy, fromJson(tenant)),
    portable: { tenant, version: null, archive: null, base },
    sizeBytes: BASE_ONLY_BYTES,
  };
}

function noTenant(): AppError {
  return outage('policy_unavailable', { message: 'There is no such tenant, so no policy decides for it.' });
}
