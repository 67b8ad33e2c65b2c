import { Client } from 'pg';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { OwnConnection } from './own-connection';
import { missingSchema } from './schema';
import { loadFunctions, sqlFunctions, staleFunctions } from './sql-functions';

let database: TestDatabase;
let session: OwnConnection;

beforeEach(async () => {
  database = await createTestDatabase();
  session = await OwnConnection.open(database.ownerUrl, { applicationName: 'sql-functions-spec' });
});

afterEach(async () => {
  await session.close();
  await database.drop();
});

const definitionOf = async (name: string): Promise<string> => {
  const sql = 'SELECT pg_get_functiondef($1::regproc) AS text';
  return (await session.one<{ text: string }>(sql, [name])).text;
};
const namesOf = (found: readonly { readonly name: string }[]): readonly string[] => found.map(({ name }) => name);

it('every function of the schema has one file and one signature', async () => {
  const rows = await session.rows<{ name: string }>(
    `SELECT n.nspname || '.' || p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspowner = 'coresdk_owner'::regrole ORDER BY 1`,
  );
  expect(namesOf(rows)).toEqual(namesOf(sqlFunctions()));
});

it('a function whose file has changed is loaded once', async () => {
  expect(await staleFunctions(session)).toEqual([]);
  const before = await definitionOf('jobs.take');
  await session.run(`UPDATE kernel.sql_functions SET sha256 = 'another' WHERE name = 'jobs.take'`);
  await session.run(`CREATE OR REPLACE FUNCTION kernel.current_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant_id', true), 'none')`);
  await session.run(`DELETE FROM kernel.sql_functions WHERE name = 'kernel.current_tenant'`);
  expect(await missingSchema(database.appUrl)).toMatch(/2 functions pending/);
  expect(await loadFunctions(session)).toEqual(['jobs.take', 'kernel.current_tenant']);
  expect(await definitionOf('jobs.take')).toBe(before);
  expect(await definitionOf('kernel.current_tenant')).not.toContain('none');
  expect(await loadFunctions(session)).toEqual([]);
  expect(await missingSchema(database.appUrl)).toBeNull();
});

it('functions that a newer build has loaded are kept', async () => {
  await session.run(`UPDATE kernel.sql_functions SET sha256 = 'newer', version = '10.0.1' WHERE name = 'jobs.take'`);
  await session.run(`UPDATE kernel.sql_functions SET sha256 = 'older', version = '0.0.9' WHERE name = 'jobs.beat'`);
  expect(namesOf(await staleFunctions(session))).toEqual(['jobs.beat']);
  expect(await missingSchema(database.appUrl)).toMatch(/1 functions pending/);
});

it('no function is loaded if one of them cannot be loaded', async () => {
  await session.run('DELETE FROM kernel.sql_functions');
  const other = `DROP FUNCTION audit.oldest_staged(int); CREATE FUNCTION audit.oldest_staged(at_most int) RETURNS text
    LANGUAGE sql AS $$ SELECT 'text' $$;`;
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(other);
  await client.end();
  await expect(loadFunctions(session)).rejects.toThrow(/return type/);
  expect(await queryAs(database.adminUrl, 'SELECT name FROM kernel.sql_functions')).toEqual([]);
});

it('PUBLIC cannot execute any function', async () => {
  const open = await session.rows<{ name: string }>(
    `SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspowner = 'coresdk_owner'::regrole AND has_function_privilege('public', p.oid, 'EXECUTE')`,
  );
  expect(open).toEqual([]);
});
