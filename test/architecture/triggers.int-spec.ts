import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';

/** Tables whose tenant column has another name. */
const TENANT_COLUMN = `CASE WHEN c.oid = 'tenants.tenants'::regclass THEN 'id' ELSE 'tenant_id' END`;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

/** A trigger on a tenant's table. */
interface Trigger {
  readonly name: string;
  readonly function: string;
  readonly source: string;
}

const triggers = (): Promise<readonly Trigger[]> =>
  queryAs<Trigger>(
    database.adminUrl,
    `SELECT t.tgname || ' of ' || c.oid::regclass AS name, pn.nspname || '.' || p.proname AS function, p.prosrc AS source
     FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
     JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_namespace AS pn ON pn.oid = p.pronamespace
     WHERE NOT t.tgisinternal AND NOT c.relispartition AND EXISTS (
       SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = ${TENANT_COLUMN})
     ORDER BY 1`,
  );

/**
 * Returns a function's statements that read or write tables, or call other functions, without naming the tenant of the trigger's row
 * (`NEW`, `OLD`) or rows (`gone`, the name of the transition tables in this schema).
 */
function withoutTenant(source: string): readonly string[] {
  const statements = source.replaceAll(/--.*$/gm, '').split(';');
  const touching = statements.filter((text) =>
    /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|PERFORM|FROM|EXECUTE)\b/i.test(text),
  );
  return touching.filter((text) => !/\b(NEW|OLD|gone)\.tenant_id\b/i.test(text)).map((text) => text.trim());
}

it('every statement in a trigger names the tenant of its row', async () => {
  const found = await triggers();
  expect(found.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['take_event of kernel.outbox', 'remember_erased of files.usage']),
  );
  const loose = found.filter(({ source }) => withoutTenant(source).length > 0).map((trigger) => trigger.function);
  expect(loose).toEqual([]);
});

it.each([
  ['UPDATE users.users SET status = NEW.status WHERE id = NEW.user_id;', 1],
  [
    'DELETE FROM jobs.jobs WHERE tenant_id = OLD.tenant_id AND id = OLD.id; DELETE FROM jobs.inputs WHERE id = OLD.id;',
    1,
  ],
  ['PERFORM files.let_go(array_agg(gone.tenant_id), array_agg(gone.id)) FROM gone HAVING count(*) > 0;', 0],
  [`RAISE EXCEPTION 'never';`, 0],
])('the check finds statements without a tenant: %s', (source, count) => {
  expect(withoutTenant(source)).toHaveLength(count);
});

it('foreign keys include the tenant, so that cascades affect rows of the same tenant only', async () => {
  const keys = await queryAs<{ name: string; isOfTenant: boolean }>(
    database.adminUrl,
    `SELECT k.conrelid::regclass || '.' || k.conname AS name, EXISTS (
       SELECT FROM unnest(k.conkey, k.confkey) AS pair (own, parent)
       JOIN pg_attribute AS own ON own.attrelid = k.conrelid AND own.attnum = pair.own AND own.attname = 'tenant_id'
       JOIN pg_attribute AS parent ON parent.attrelid = k.confrelid AND parent.attnum = pair.parent
         AND parent.attname = CASE WHEN k.confrelid = 'tenants.tenants'::regclass THEN 'id' ELSE 'tenant_id' END
     ) AS "isOfTenant"
     FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
     WHERE k.contype = 'f' AND EXISTS (
       SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = ${TENANT_COLUMN})`,
  );
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter(({ isOfTenant }) => !isOfTenant)).toEqual([]);
});
