import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { describeStatement } from './row-types/described';
import { type SourceStatement, sourceStatements } from './row-types/statements';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.adminUrl });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Returns how a statement differs from the row type that its caller expects; `null` if they match. */
async function faultOf({ place, text, row }: SourceStatement): Promise<string | null> {
  if (text === null || row === null) return null;
  try {
    const columns = await describeStatement(client, text);
    const wrong = [...row].filter(([name, kind]) => !isTaken(kind, columns.get(name)));
    if (wrong.length === 0) return null;
    const found = wrong.map(([name, kind]) => `${name} is ${columns.get(name) ?? 'not there'}, not ${kind}`);
    return `${place}: ${found.join(', ')}`;
  } catch (error) {
    return `${place}: ${(error as Error).message}`;
  }
}

/** Returns whether a member of a row type accepts the values of a column. JSON matches any type. */
function isTaken(kind: string, column: string | undefined): boolean {
  return (
    column !== undefined &&
    (kind === 'any' || column === kind || column === 'json' || (column === 'json[]' && kind.endsWith('[]')))
  );
}

/**
 * Files with statements that are built from values known only at run time, such as filters and sorts. Tests of
 * their repositories run them.
 */
const PUT_TOGETHER = [
  'src/kernel/idempotency/writes.repository.ts',
  'src/kernel/lists/keyset-list.ts',
  'src/kernel/log/log-store.ts',
  'src/modules/apps/storage/apps.repository.ts',
  'src/modules/audit/storage/audit-search.repository.ts',
  'src/modules/audit/storage/chain.repository.ts',
  'src/modules/files/storage/file-list.repository.ts',
  'src/modules/files/storage/files.repository.ts',
  'src/modules/policy/storage/active-policies.repository.ts',
  'src/modules/saml/storage/saml-providers.repository.ts',
  'src/modules/secrets/storage/secret-access.repository.ts',
  'src/modules/skills/storage/skills.repository.ts',
  'src/modules/tenants/storage/erasures.repository.ts',
  'src/modules/tenants/storage/tenant-isolation.repository.ts',
  'src/modules/tenants/storage/tenant-rows.repository.ts',
  'src/modules/users/storage/directory/directory-groups.repository.ts',
  'src/modules/users/storage/directory/directory-list.ts',
  'src/modules/users/storage/directory/directory-users.repository.ts',
  'src/modules/users/storage/sessions.repository.ts',
];

let statements: readonly SourceStatement[];

beforeAll(() => {
  statements = sourceStatements();
});

it('every row type declared in the source matches the columns that the database returns', async () => {
  const faults: string[] = [];
  for (const statement of statements) {
    const fault = await faultOf(statement);
    if (fault !== null) faults.push(fault);
  }
  expect(faults).toEqual([]);
  expect(statements.length).toBeGreaterThan(300);
});

it('every statement is constant, except in the listed files', () => {
  const files = statements.filter(({ text }) => text === null).map(({ place }) => place.split(':')[0]);
  expect([...new Set(files)].sort()).toEqual(PUT_TOGETHER);
});

it('every statement that returns rows declares their type', () => {
  expect(statements.filter(({ row }) => row === null).map(({ place }) => place)).toEqual([]);
});
