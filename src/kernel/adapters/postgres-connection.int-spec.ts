import { Client, type PoolClient } from 'pg';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { breakConnection, cancelStatement, isReadTimeout } from './postgres-connection';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

/** Opens a connection with the type that a pool returns. */
async function connected(settings: object = {}): Promise<PoolClient & Client> {
  const client = new Client({ connectionString: database.appUrl, ...settings });
  client.on('error', () => undefined);
  await client.connect();
  return client as PoolClient & Client;
}

describe('a pg connection', () => {
  it('stays usable after the server cancels its statement', async () => {
    const client = await connected();
    let code: string | undefined;
    const statement = client.query('SELECT pg_sleep(600)').catch((error: { readonly code?: string }) => {
      ({ code } = error);
    });
    // The server may receive the cancellation before it has started the statement.
    await eventually(async () => {
      await cancelStatement(client);
      expect(code).toBe('57014');
    });
    await statement;
    await client.query('SELECT 1');
    await client.end();
  });

  it('closes without an error, even twice', async () => {
    const client = await connected();
    await breakConnection(client);
    await breakConnection(client);
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });

  it('recognizes a query timeout', async () => {
    const client = await connected({ query_timeout: 50 });
    const error: unknown = await client.query('SELECT pg_sleep(600)').catch((thrown: unknown) => thrown);
    expect(isReadTimeout(error)).toBe(true);
    expect(isReadTimeout(new Error('connection reset'))).toBe(false);
    await breakConnection(client);
  });
});
