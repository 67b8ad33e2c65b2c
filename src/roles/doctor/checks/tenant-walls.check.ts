import { newId } from '../../../kernel/ids/ids';
import { RegisteredTenantData } from '../../../kernel/tenant-data/tenant-data';
import { DatabaseProbes } from '../../../modules/tenants/storage/database-probes';
import { TenantIsolationRepository } from '../../../modules/tenants/storage/tenant-isolation.repository';
import { TenantsRepository } from '../../../modules/tenants/storage/tenants.repository';
import { TENANT_DATA } from '../../installation-of';
import { storeCheck } from '../check';
import { fail, type Finding, ok, warn } from '../finding';

/** The text shown for a passing probe. */
const SHOWN: Readonly<Record<string, string>> = {
  row_security: 'enabled and forced on every tenant table',
  policies: 'none exposes rows of another tenant',
  application_role: 'not a superuser, does not bypass row security, owns nothing',
  grants: 'none that bypass row security',
  unique_keys: 'each begins with the tenant',
  registered_tables: 'every tenant table is registered',
  cross_tenant_read: 'an unrelated tenant cannot read any rows',
};
/** Gaps that do not expose a tenant's rows to other tenants. */
const UNTIDY: ReadonlySet<string> = new Set(['registered_tables', 'unique_keys']);

/** Checks the isolation between tenants, with the same probes that the control plane runs for a single tenant. */
export const tenantWallsCheck = storeCheck({
  group: 'Tenant walls',
  limitMs: 8_000,
  needs: ['DATABASE_URL'],
  async run({ store: { database } }) {
    const probes = new DatabaseProbes(new TenantIsolationRepository(database), new RegisteredTenantData(TENANT_DATA));
    const [tenantId] = await new TenantsRepository(database).idsAfter('', 1);
    const strangerId = newId('tnt');
    const found: Finding[] = [];
    for (const wall of probes.probes) {
      const { name } = wall;
      // Without a tenant, there is no data to read.
      if (name === 'cross_tenant_read' && tenantId === undefined) continue;
      const gaps = await wall.probe(tenantId ?? strangerId, strangerId);
      const tell = UNTIDY.has(name) ? warn : fail;
      const subject = name.replaceAll('_', ' ');
      if (gaps.length === 0) found.push(ok(subject, SHOWN[name] ?? 'in order'));
      for (const gap of gaps)
        found.push(tell(subject, `${gap.subject}: ${gap.problem.replace(/\.$/, '')}`, gap.remedy));
    }
    return found;
  },
});
