import { ConfigError } from '../../../kernel/config/config-section';
import { policyConfig } from '../../../modules/policy/policy.config';
import { SILENT_LOGGER } from '../../../kernel/telemetry/logger';
import type { TenantNames } from '../../../kernel/context/tenant-names';
import { SlowWork } from '../../../kernel/threads/slow-work';
import { ActivePoliciesRepository } from '../../../modules/policy/storage/active-policies.repository';
import { PolicyDirectory } from '../../../modules/policy/policy-directory';
import { PolicyLoader } from '../../../modules/policy/policy-loader';
import { ThreadPolicies } from '../../../modules/policy/threads/thread-policies';
import type { Tenant } from '../../../modules/tenants/contract/tenants.types';
import { TenantsRepository } from '../../../modules/tenants/storage/tenants.repository';
import type { Check } from '../check';
import { errorMessage } from '../error-message';
import { fail, type Finding, ok, skip } from '../finding';
import type { OpenStore } from '../store-state';

const PAGE = 100;
/** The share of the time limit that is available for bundles. The rest is for the base policy and for bundles in progress. */
const SHARE = 0.6;
const NAMED = 5;
/** Metrics that are discarded: a command has no `/metrics`. */
const UNSEEN = { observe: () => undefined, inc: () => undefined };

/** Checks that the base policy can make decisions, alone and with each tenant's bundle on top of it. */
export const policyCheck: Check = {
  group: 'Policy',
  limitMs: 7_000,
  last: true,
  needs: ['CORESDK_POLICY_DIR'],
  async run({ settings, store }, limitMs) {
    const directory = new PolicyDirectory(settings.of(policyConfig), SILENT_LOGGER);
    try {
      await directory.onModuleInit();
    } catch (error) {
      const message = error instanceof ConfigError ? error.faults.join('\n') : errorMessage(error);
      const [first = '', ...more] = message.split('\n');
      const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
      const remedy = 'Fix it, and test it with "npx coresdk policy check".';
      return [fail('base policy', `${first.trim()}${rest}`, remedy)];
    }
    try {
      const folder = settings.of(policyConfig).CORESDK_POLICY_DIR;
      const base = ok('base policy', `compiles${folder === null ? '' : `, with ${folder} on top`}`);
      if (store.state !== 'open' || !store.facts.hasSchema) return [base];
      return [base, ...(await bundles(directory, store, limitMs * SHARE))];
    } finally {
      await directory.onModuleDestroy();
    }
  },
};

/** Compiles the active bundle of every tenant, as far as time allows. */
async function bundles(
  directory: PolicyDirectory,
  { database }: OpenStore,
  budgetMs: number,
): Promise<readonly Finding[]> {
  const tenants = new TenantsRepository(database);
  const names = new NamesOfOne();
  const loader = new PolicyLoader(
    directory,
    new ActivePoliciesRepository(database),
    names,
    new SlowWork(SILENT_LOGGER, UNSEEN, UNSEEN),
  );
  const large = new ThreadPolicies();
  const end = performance.now() + budgetMs;
  const broken: Finding[] = [];
  let [seen, own] = [0, 0];
  for await (const tenant of everyTenant(tenants)) {
    if (performance.now() > end) {
      return [...broken, skip('bundles', `checked the first ${seen} tenants; no time was left for the others`)];
    }
    seen++;
    names.tenant = tenant;
    try {
      const { version, compiled, portable } = await loader.load(tenant.id);
      if (compiled === null) await large.get(portable);
      if (version !== null) own++;
    } catch (error) {
      own++;
      const remedy =
        'Upload a bundle that compiles, or POST …/policy/rollback. Until then, all calls of the tenant are denied.';
      if (broken.length < NAMED) broken.push(fail(`bundle of ${tenant.slug}`, errorMessage(error), remedy));
    }
  }
  if (broken.length > 0) return broken;
  const compiled = own === 0 ? 'none with its own bundle' : `${own} with their own bundles, which compile`;
  return [ok('bundles', `${seen} ${seen === 1 ? 'tenant' : 'tenants'}, ${compiled}`)];
}

async function* everyTenant(tenants: TenantsRepository): AsyncGenerator<Tenant> {
  let after = '';
  for (;;) {
    const ids = await tenants.idsAfter(after, PAGE);
    for (const id of ids) {
      const tenant = await tenants.find(id);
      if (tenant) yield tenant;
    }
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

/** The name of the tenant being checked. */
class NamesOfOne implements TenantNames {
  tenant: Tenant | null = null;

  async idOf(idOrSlug: string): Promise<string | null> {
    return this.tenant?.id === idOrSlug || this.tenant?.slug === idOrSlug ? this.tenant.id : null;
  }

  async slugOf(id: string): Promise<string | null> {
    return this.tenant?.id === id ? this.tenant.slug : null;
  }

  async isActive(id: string): Promise<boolean> {
    return this.tenant?.id === id && this.tenant.status === 'active';
  }
}
