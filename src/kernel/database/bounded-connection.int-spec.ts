import { Pool } from 'pg';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { boundedConnections } from './bounded-connection';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

it('a connection that the server closes during use does not cause an uncaught error', async () => {
  const pool = new Pool({ connectionString: database.appUrl, ...boundedConnections(5_000) });
  const held = await pool.connect();
  try {
    const { rows } = await held.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => held.once('end', resolve));
    await queryAs(database.adminUrl, 'SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await expect(held.query('SELECT 1')).rejects.toThrow();
  } finally {
    held.release(true);
    await pool.end();
  }
});
