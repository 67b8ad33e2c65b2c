import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { sourceFiles } from '../../../test/support/source-files';
import { GLOBAL_LOCKS } from './locks';
import { sqlFunctions } from './sql-functions';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

/** Tables that locks are named after, in TypeScript and in SQL. */
function lockedTables(): readonly string[] {
  const code = sourceFiles().map(({ text }) => text);
  const named = code.flatMap((text) => [...text.matchAll(/\block(?:Tenant|TenantShared|)\(tx, '([\w.]+)'/g)]);
  const sql = sqlFunctions().flatMap(({ text }) => [
    ...text.matchAll(/advisory_xact_lock(?:_shared)?\(hashtext\('([\w.]+)'\),/g),
  ]);
  return [...new Set([...named, ...sql].map(([, table = '']) => table))].sort();
}

it('every tenant lock is named after a table, and all names have different hashes', async () => {
  const tables = lockedTables();
  expect(tables.length).toBeGreaterThan(20);
  const rows = await queryAs<{ name: string; hash: number; there: boolean }>(
    database.adminUrl,
    'SELECT name, hashtext(name) AS hash, to_regclass(name) IS NOT NULL AS there FROM unnest($1::text[]) AS name',
    [tables],
  );
  expect(rows.filter(({ there }) => !there)).toEqual([]);
  expect(new Set(rows.map(({ hash }) => hash)).size).toBe(tables.length);
});

it('every lock in a function has a registered number or is named after a table', () => {
  const calls = sqlFunctions().flatMap(({ text }) => [
    ...text.matchAll(/advisory_\w+\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g),
  ]);
  const taken = calls.map(([, key = '']) => key).filter((key) => !/^hashtext\('[\w.]+'\), hashtext\(/.test(key));
  const numbers: readonly number[] = Object.values(GLOBAL_LOCKS);
  expect(taken.length).toBeGreaterThan(5);
  expect(taken.filter((key) => !numbers.includes(Number(key)))).toEqual([]);
  expect(new Set(numbers).size).toBe(numbers.length);
});
