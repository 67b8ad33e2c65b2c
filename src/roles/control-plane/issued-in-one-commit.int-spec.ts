import { eventually } from '../../../test/support/eventually';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { AuditPort } from '../../modules/audit/contract/audit.port';

let database: TestDatabase;
let core: TestCore;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  // Staged rows are moved quickly, so these triggers record the transactions that staged them.
  await queryAs(
    database.ownerUrl,
    `CREATE TABLE kernel.test_staged (tenant_id text, token text, xid xid8);
     CREATE FUNCTION kernel.test_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       INSERT INTO kernel.test_staged VALUES (NEW.tenant_id, NEW.payload->>'resourceId', pg_current_xact_id());
       RETURN NULL;
     END $$;
     CREATE TRIGGER test_keep AFTER INSERT ON kernel.outbox FOR EACH ROW EXECUTE FUNCTION kernel.test_keep();
     CREATE TABLE token_events.test_staged (tenant_id text, token text, xid xid8);
     CREATE FUNCTION token_events.test_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       INSERT INTO token_events.test_staged VALUES (NEW.tenant_id, NEW.details->>'jti', pg_current_xact_id());
       RETURN NULL;
     END $$;
     CREATE TRIGGER test_keep AFTER INSERT ON token_events.staged FOR EACH ROW EXECUTE FUNCTION token_events.test_keep();`,
  );
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

interface Written {
  readonly tenantId: string;
  readonly token: string;
  readonly xid: string;
}

const staged = (): Promise<readonly Written[]> =>
  queryAs(
    database.ownerUrl,
    'SELECT tenant_id AS "tenantId", token, xid::text FROM kernel.test_staged ORDER BY xid, token',
  );

const logged = (): Promise<readonly Written[]> =>
  queryAs(
    database.adminUrl,
    `SELECT tenant_id AS "tenantId", token, xid::text FROM token_events.test_staged ORDER BY xid, token`,
  );

/** Issues tokens for both tenants, all at the same time. */
const issueMany = (each: number) =>
  Promise.allSettled(Array.from({ length: 2 * each }, (_, index) => (index % 2 === 0 ? a : b).issueToken()));

const tokensOf = (outcomes: readonly PromiseSettledResult<string>[]): readonly string[] =>
  outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [claimsOf(outcome.value).jti] : []));

/** Rejects rows for tenant b while a step runs. */
async function refusingRowsOfB(table: string, step: () => Promise<void>): Promise<void> {
  await queryAs(
    database.ownerUrl,
    `CREATE FUNCTION kernel.test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF NEW.tenant_id = '${b.id}' THEN RAISE EXCEPTION 'refused by the test'; END IF;
       RETURN NEW;
     END $$;
     CREATE TRIGGER test_refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION kernel.test_refuse();`,
  );
  try {
    await step();
  } finally {
    await queryAs(database.ownerUrl, `DROP TRIGGER test_refuse ON ${table}; DROP FUNCTION kernel.test_refuse();`);
  }
}

it('a token’s event and its audit event share one transaction, which can include grants for several tenants', async () => {
  const before = (await logged()).length;
  const tokens = tokensOf(await issueMany(15));
  expect(tokens).toHaveLength(30);
  const events = (await logged()).slice(before);
  expect(events.map(({ token }) => token).sort()).toEqual([...tokens].sort());
  expect(await staged()).toEqual(expect.arrayContaining([...events]));
  expect(events.filter(({ tenantId }) => tenantId === a.id)).toHaveLength(15);
  expect(events.filter(({ tenantId }) => tenantId === b.id)).toHaveLength(15);
  expect(new Set(events.map(({ xid }) => xid)).size).toBeLessThan(30);
});

it.each(['kernel.outbox', 'token_events.staged'])(
  'a row that %s rejects fails only its own grant, and neither of the grant’s rows is stored',
  async (table) => {
    const before = { logged: (await logged()).length, staged: (await staged()).length };
    await refusingRowsOfB(table, async () => {
      const outcomes = await issueMany(5);
      expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill(['fulfilled', 'rejected']).flat());
      const tokens = [...tokensOf(outcomes)].sort();
      for (const rows of [(await logged()).slice(before.logged), (await staged()).slice(before.staged)]) {
        expect(rows.map(({ token }) => token).sort()).toEqual(tokens);
        expect(new Set(rows.map(({ tenantId }) => tenantId))).toEqual(new Set([a.id]));
      }
    });
    await expect(b.issueToken()).resolves.toEqual(expect.any(String));
  },
);

it('no token is issued and nothing is logged while the audit log is not writable', async () => {
  const functions = 'FUNCTION audit.append_at(json, json), audit.try_append_at(json, json)';
  await queryAs(database.ownerUrl, `REVOKE EXECUTE ON ${functions} FROM coresdk_app`);
  try {
    const refused = { code: 'unavailable', reason: 'audit_unavailable' };
    // After a successful write, the log counts as writable for a second.
    const isWritable = () => core.context.get(AuditPort).assertWritable(systemContext('req-writable'));
    await eventually(() => expect(isWritable()).rejects.toMatchObject(refused));
    const before = await logged();
    await expect(a.issueToken()).rejects.toMatchObject(refused);
    expect(await logged()).toEqual(before);
  } finally {
    await queryAs(database.ownerUrl, `GRANT EXECUTE ON ${functions} TO coresdk_app`);
  }
  await eventually(() => a.issueToken());
});
