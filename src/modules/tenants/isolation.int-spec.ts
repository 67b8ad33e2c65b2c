import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { IsolationPort, type IsolationReport } from './contract/isolation.port';

let database: TestDatabase;
let core: TestCore;
let tenant: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  tenant = await makeTenant(core, 'a');
  await makeTenant(core, 'b');
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const check = (): Promise<IsolationReport> =>
  core.context.get(IsolationPort).check(systemContext(newId('req')), tenant.slug);

/** Returns the gaps in a report, each as `probe subject`. */
const gapsOf = ({ probes }: IsolationReport): readonly string[] =>
  probes.flatMap(({ name, gaps }) => gaps.map(({ subject }) => `${name} ${subject}`));

describe('the isolation check of a tenant', () => {
  it('finds no gaps in a new installation', async () => {
    const report = await check();
    expect(gapsOf(report)).toEqual([]);
    expect(report).toMatchObject({ tenantId: tenant.id, isolated: true });
    expect(report.probes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['row_security', 'application_role', 'cross_tenant_read', 'data_keys']),
    );
  });

  it.each([
    [
      'row security that does not bind the owner',
      'ALTER TABLE apps.apps NO FORCE ROW LEVEL SECURITY',
      'ALTER TABLE apps.apps FORCE ROW LEVEL SECURITY',
      ['row_security apps.apps'],
    ],
    [
      'disabled row security, through which other roles can read',
      'ALTER TABLE apps.apps DISABLE ROW LEVEL SECURITY',
      'ALTER TABLE apps.apps ENABLE ROW LEVEL SECURITY',
      ['row_security apps.apps', 'cross_tenant_read apps.apps'],
    ],
    [
      'a policy that allows every row',
      'CREATE POLICY support ON apps.apps USING (true)',
      'DROP POLICY support ON apps.apps',
      ['policies apps.apps', 'cross_tenant_read apps.apps'],
    ],
    [
      'a policy that allows writing rows of other tenants',
      'CREATE POLICY support ON apps.scopes FOR INSERT WITH CHECK (true)',
      'DROP POLICY support ON apps.scopes',
      ['policies apps.scopes'],
    ],
    [
      'the privilege to truncate a table',
      'GRANT TRUNCATE ON projects.projects TO coresdk_app',
      'REVOKE TRUNCATE ON projects.projects FROM coresdk_app',
      ['grants projects.projects'],
    ],
    [
      'a table that everyone can read',
      'GRANT SELECT ON projects.projects TO PUBLIC',
      'REVOKE SELECT ON projects.projects FROM PUBLIC',
      ['grants projects.projects'],
    ],
    [
      'a function of the owner that everyone can call',
      'GRANT EXECUTE ON FUNCTION tenants.id_of_slug(text) TO PUBLIC',
      'REVOKE EXECUTE ON FUNCTION tenants.id_of_slug(text) FROM PUBLIC',
      ['grants tenants.id_of_slug(text)'],
    ],
    [
      'a unique key across tenants',
      'CREATE UNIQUE INDEX telling ON projects.projects (key)',
      'DROP INDEX projects.telling',
      ['unique_keys projects.projects'],
    ],
    [
      'an unknown table without row security',
      'CREATE TABLE public.copies (tenant_id text)',
      'DROP TABLE public.copies',
      ['row_security public.copies', 'registered_tables public.copies'],
    ],
    [
      'a schema in which the application can create objects',
      'GRANT CREATE ON SCHEMA apps TO coresdk_app',
      'REVOKE CREATE ON SCHEMA apps FROM coresdk_app',
      ['grants apps'],
    ],
    [
      'an object that the application owns',
      'ALTER TABLE projects.projects OWNER TO coresdk_app',
      'ALTER TABLE projects.projects OWNER TO coresdk_owner',
      ['application_role coresdk_app', ...Array<string>(3).fill('grants projects.projects')],
    ],
  ])('reports %s, with a remedy', async (_what, breaking, mending, gaps) => {
    await queryAs(database.adminUrl, breaking);
    try {
      const report = await check();
      expect(report.isolated).toBe(false);
      expect(gapsOf(report)).toEqual(gaps);
      for (const { gaps: named } of report.probes) for (const { remedy } of named) expect(remedy).toMatch(/\.$/);
    } finally {
      await queryAs(database.adminUrl, mending);
    }
    expect(gapsOf(await check())).toEqual([]);
  });

  it('reports a process whose role bypasses row security', async () => {
    const role = `coresdk_passing_${process.pid}`;
    const url = new URL(database.appUrl);
    [url.username, url.password] = [role, 'passing'];
    await queryAs(database.adminUrl, `CREATE ROLE ${role} LOGIN PASSWORD 'passing' BYPASSRLS IN ROLE coresdk_app`);
    const passing = await openAllCore({ appUrl: url.href });
    try {
      const report = await passing.context.get(IsolationPort).check(systemContext(newId('req')), tenant.id);
      const gaps = gapsOf(report);
      expect(gaps.filter((gap) => gap === `application_role ${role}`)).toHaveLength(2);
      expect(gaps).toEqual(
        expect.arrayContaining(['cross_tenant_read apps.apps', 'cross_tenant_read tenants.tenants']),
      );
      const [bypass] = report.probes.find(({ name }) => name === 'application_role')?.gaps ?? [];
      expect(bypass?.remedy).toBe(`As a superuser: ALTER ROLE ${role} NOBYPASSRLS.`);
    } finally {
      await passing.close();
      await queryAs(database.adminUrl, `DROP ROLE ${role}`);
    }
  });

  it('fails for an unknown tenant', async () => {
    await expect(
      core.context.get(IsolationPort).check(systemContext(newId('req')), newId('tnt')),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
