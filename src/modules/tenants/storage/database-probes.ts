import { Injectable } from '@nestjs/common';
import type { IsolationGap, IsolationProbe } from '../../../kernel/tenant-data/isolation-probe';
import { RegisteredTenantData } from '../../../kernel/tenant-data/tenant-data';
import { TenantIsolationRepository } from './tenant-isolation.repository';

/** Unique keys that do not begin with the tenant but do not reveal anything confidential. */
const HARMLESS_KEYS: ReadonlySet<string> = new Set([
  // A client id is looked up before its tenant is known, and is unique by contract (rest.md §2). The same applies to a
  // slug.
  'apps.apps_pkey',
  'tenants.tenants_slug_key',
  // A verified domain belongs to one tenant of the installation. Only someone who controls its DNS records reaches this key.
  'connections.domains_one_tenant',
  // Only the database assigns these values, so a caller cannot probe for one.
  'kernel.changes_pkey',
  'kernel.outbox_pkey',
]);

/** Probes the isolation in the database: its configuration, and whether a stranger can read rows. */
@Injectable()
export class DatabaseProbes {
  readonly probes: readonly IsolationProbe[] = [
    { name: 'row_security', probe: () => this.rowSecurity() },
    { name: 'policies', probe: () => this.policies() },
    { name: 'application_role', probe: () => this.role() },
    { name: 'grants', probe: () => this.grants() },
    { name: 'unique_keys', probe: () => this.keys() },
    { name: 'registered_tables', probe: () => this.registered() },
    { name: 'cross_tenant_read', probe: (tenantId, strangerId) => this.reads(tenantId, strangerId) },
  ];

  constructor(
    private readonly repository: TenantIsolationRepository,
    private readonly data: RegisteredTenantData,
  ) {}
  private async rowSecurity(): Promise<readonly IsolationGap[]> {
    return (await this.repository.unwalledTables()).map(({ table, enabled }) => ({
      subject: table,
      problem: enabled ? 'Row security does not bind the owner of the table.' : 'Row security is off.',
      remedy: `As the owner: ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY.`,
    }));
  }

  private async policies(): Promise<readonly IsolationGap[]> {
    return (await this.repository.openPolicies()).map(({ table, policy }) => ({
      subject: table,
      problem: `The policy "${policy}" allows access to rows of other tenants.`,
      remedy: `As the owner: DROP POLICY ${policy} ON ${table}, or let it compare the tenant with kernel.current_tenant().`,
    }));
  }

  private async role(): Promise<readonly IsolationGap[]> {
    const role = await this.repository.role();
    if (role === null) throw new Error('The database does not report its current role.');
    const { name: subject } = role;
    const gaps: IsolationGap[] = [];
    if (role.superuser) gaps.push(fault(subject, 'is a superuser', 'NOSUPERUSER'));
    if (role.bypasses) gaps.push(fault(subject, 'bypasses row security', 'NOBYPASSRLS'));
    if (role.creates)
      gaps.push(fault(subject, 'can create roles or databases, or replicate', 'NOCREATEROLE NOCREATEDB NOREPLICATION'));
    for (const group of role.memberships) {
      const remedy = `As a superuser: REVOKE ${group} FROM ${subject}.`;
      gaps.push({ subject, problem: `The role is a member of "${group}" and has its rights.`, remedy });
    }
    if (role.owned > 0) {
      const remedy = `As a superuser: REASSIGN OWNED BY ${subject} TO coresdk_owner.`;
      gaps.push({ subject, problem: `The role owns ${role.owned} objects and can remove their protection.`, remedy });
    }
    return gaps;
  }

  private async grants(): Promise<readonly IsolationGap[]> {
    return (await this.repository.looseGrants()).map(({ subject, privilege }) => ({
      subject,
      problem: `Row security does not restrict this privilege: ${privilege}.`,
      remedy: 'As the owner: REVOKE it from coresdk_app and PUBLIC.',
    }));
  }

  private async keys(): Promise<readonly IsolationGap[]> {
    const telling = (await this.repository.tellingKeys()).filter(({ key }) => !HARMLESS_KEYS.has(key));
    return telling.map(({ table, key }) => ({
      subject: table,
      problem: `The unique key ${key} does not begin with the tenant: a duplicate reveals a row of a different tenant.`,
      remedy: 'Replace it with a unique key that begins with the tenant.',
    }));
  }

  private async registered(): Promise<readonly IsolationGap[]> {
    const known = new Set<string>(this.data.tables.map(({ table }) => table));
    const strays = (await this.repository.tablesOfTenants()).filter((table) => !known.has(table));
    return strays.map((subject) => ({
      subject,
      problem: 'No module declares how to handle the rows of tenants in this table.',
      remedy: 'Drop it, or declare it in the TenantData of its module.',
    }));
  }

  /** Reads every table as a nonexistent tenant, and without a tenant. Neither read may return any rows. */
  private async reads(tenantId: string, strangerId: string): Promise<readonly IsolationGap[]> {
    const tables = await this.repository.readable(this.data.tables);
    // If the tenant does not see its own row, the fact that a stranger sees no rows does not prove anything.
    const own = await this.repository.seen(tables, tenantId, tenantId);
    if (!own.includes('tenants.tenants')) throw new Error('The tenant does not see its own row.');
    const byStranger = await this.repository.seen(tables, tenantId, strangerId);
    const byNobody = await this.repository.seen(tables, tenantId, null);
    return [...new Set([...byStranger, ...byNobody])].map((subject) => ({
      subject,
      problem: 'A different tenant has read a row of this tenant.',
      remedy: 'Close the surfaces, and check the results of the other probes for this table.',
    }));
  }
}

function fault(subject: string, what: string, attributes: string): IsolationGap {
  return { subject, problem: `The role ${what}.`, remedy: `As a superuser: ALTER ROLE ${subject} ${attributes}.` };
}
