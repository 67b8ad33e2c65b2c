import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';

/** The statement with which the application writes to each log, and the name of an event in the log. */
const LOGS = [
  {
    schema: 'events',
    write: `INSERT INTO kernel.outbox (id, topic, tenant_id, payload) VALUES ('aud-' || $2::text, 'audit', $1, jsonb_build_object(
      'action', 'project.create', 'resourceType', 'project', 'resourceId', $2::text, 'outcome', 'success'))`,
    name: `data->>'id'`,
  },
  {
    schema: 'token_events',
    write: `SELECT token_events.log(jsonb_build_object('tenantId', $1::text, 'type', 'token.issued',
      'details', jsonb_build_object('jti', $2::text)))`,
    name: `details->>'jti'`,
  },
] as const;

const TENANTS = ['tnt-a', 'tnt-b'] as const;

let database: TestDatabase;
const clients: Client[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  await database.drop();
});

/** Opens a connection as the application's role, for a tenant. */
async function connect(tenant = ''): Promise<Client> {
  const client = new Client({ connectionString: database.appUrl });
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  await client.query(`SELECT set_config('app.tenant_id', $1, false)`, [tenant]);
  return client;
}

describe.each(LOGS)('the event numbers of $schema', ({ schema, write, name }) => {
  interface Numbered {
    readonly number: number;
    readonly name: string;
  }

  const move = async (by: Client, atMost = 1_000): Promise<number> =>
    (await by.query<{ moved: number }>(`SELECT ${schema}.move_staged($1) AS moved`, [atMost])).rows[0]?.moved ?? 0;

  const log = (tenant: string): Promise<readonly Numbered[]> =>
    queryAs<Numbered>(
      database.adminUrl,
      `SELECT number::int, ${name} AS name FROM ${schema}.events WHERE tenant_id = $1 ORDER BY number`,
      [tenant],
    );

  const staged = async (): Promise<number> => (await queryAs(database.adminUrl, `SELECT FROM ${schema}.staged`)).length;

  /** Reads like a stream, from one number to the next, until everything has been read. */
  async function follow(tenant: string, isOver: () => boolean): Promise<readonly Numbered[]> {
    const client = await connect(tenant);
    const got: Numbered[] = [];
    for (let isLast = false; ;) {
      const { rows } = await client.query<Numbered>(
        `SELECT number::int, ${name} AS name FROM ${schema}.events WHERE tenant_id = $1 AND number > $2 ORDER BY number LIMIT 7`,
        [tenant, got.at(-1)?.number ?? 0],
      );
      got.push(...rows);
      if (rows.length === 0 && isLast) return got;
      isLast = isOver();
      if (rows.length === 0) await sleep(5);
    }
  }

  it('have no gaps or duplicates while many processes write, two processes move events and a transaction stays open', async () => {
    const [WRITERS, EACH] = [8, 25];
    const slow = await connect(TENANTS[0]);
    await slow.query('BEGIN');
    await slow.query(write, [TENANTS[0], 'slow']);
    let isWritten = false;
    const movers = Array.from({ length: 2 }, async () => {
      const mover = await connect();
      while (!isWritten || (await staged()) > 0) {
        await move(mover, 5);
        await sleep(Math.random() * 4);
      }
    });
    const readers = TENANTS.flatMap((tenant) => [1, 2].map(() => follow(tenant, () => isWritten)));
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const tenant = TENANTS[writer % 2] ?? '';
        const client = await connect(tenant);
        for (let count = 0; count < EACH; count += 1) {
          await client.query('BEGIN');
          await client.query(write, [tenant, `${writer}-${count}`]);
          await sleep(Math.random() * 8);
          await client.query(count % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
        }
      }),
    );
    // The open transaction has not delayed any other writer.
    await eventually(async () => expect(await staged()).toBe(0));
    expect((await log(TENANTS[0])).length).toBe((WRITERS / 2) * (EACH - 2));
    await slow.query('COMMIT');
    isWritten = true;
    await Promise.all(movers);
    for (const [index, got] of (await Promise.all(readers)).entries()) {
      const whole = await log(TENANTS[index < 2 ? 0 : 1]);
      expect(got).toEqual(whole);
      expect(whole.map(({ number }) => number)).toEqual(whole.map((_, place) => place + 1));
    }
    expect((await log(TENANTS[0])).at(-1)?.name).toBe('slow');
  });

  it('follow the order in which a writer wrote, even across batches', async () => {
    const client = await connect(TENANTS[0]);
    const names = Array.from({ length: 30 }, (_, count) => `n-${count}`);
    for (const each of names.slice(0, 20)) await client.query(write, [TENANTS[0], each]);
    await client.query('BEGIN');
    for (const each of names.slice(20)) await client.query(write, [TENANTS[0], each]);
    await client.query('COMMIT');
    const mover = await connect();
    for (const moved of [7, 7, 7, 7, 2, 0]) expect(await move(mover, 7)).toBe(moved);
    expect((await log(TENANTS[0])).map((row) => row.name)).toEqual(names);
  });

  it('are assigned by one process at a time and never twice, even if a process is killed midway', async () => {
    const client = await connect(TENANTS[0]);
    for (const each of ['one', 'two']) await client.query(write, [TENANTS[0], each]);
    const dying = await connect();
    await dying.query('BEGIN');
    expect(await move(dying)).toBe(2);
    const other = await connect();
    expect(await move(other)).toBe(0);
    const { rows } = await dying.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await queryAs(database.adminUrl, 'SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await client.query(write, [TENANTS[0], 'three']);
    await eventually(async () => expect(await move(other)).toBe(3));
    expect(await log(TENANTS[0])).toEqual(
      ['one', 'two', 'three'].map((each, index) => ({ number: index + 1, name: each })),
    );
  });

  it('are assigned to delayed events, whose time moves to an existing day', async () => {
    const client = await connect(TENANTS[0]);
    await client.query(write, [TENANTS[0], 'late']);
    await queryAs(database.adminUrl, `UPDATE ${schema}.staged SET at = now() - interval '30 days'`);
    await client.query(write, [TENANTS[0], 'early']);
    await queryAs(database.adminUrl, `UPDATE ${schema}.staged SET at = now() + interval '30 days' WHERE seq > 1`);
    expect(await move(await connect())).toBe(2);
    const sql = `SELECT FROM ${schema}.events WHERE at BETWEEN now() - interval '12 hours 1 minute' AND now()`;
    expect(await queryAs(database.adminUrl, sql)).toHaveLength(2);
  });

  it('follow the order in which the previous version reads', async () => {
    const client = await connect(TENANTS[0]);
    const mover = await connect();
    for (let count = 0; count < 12; count += 1) {
      await client.query(write, [TENANTS[0], `n-${count}`]);
      if (count % 5 === 4) await move(mover, 3);
    }
    while ((await move(mover, 3)) > 0);
    const old = await queryAs<Numbered>(
      database.adminUrl,
      `SELECT number::int, ${name} AS name FROM ${schema}.events WHERE tenant_id = $1 ORDER BY xid, seq`,
      [TENANTS[0]],
    );
    expect(old).toHaveLength(12);
    expect(old).toEqual(await log(TENANTS[0]));
  });

  it('cannot be changed by the application', async () => {
    const client = await connect(TENANTS[0]);
    for (const statement of [
      `UPDATE ${schema}.counters SET last = 0`,
      `DELETE FROM ${schema}.staged`,
      `SELECT FROM ${schema}.staged`,
    ]) {
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

it("of token events come with a count of the installation's events that precede them", async () => {
  const log = (by: Client, tenant: string, jti: string) =>
    by.query('SELECT token_events.log_all($1)', [
      JSON.stringify([{ tenantId: tenant, type: 'token.issued', clientId: null, userId: null, details: { jti } }]),
    ]);
  const client = await connect();
  const mover = await connect();
  for (const [index, tenant] of ['tnt-a', 'system', 'tnt-a', 'tnt-b', 'system', 'system', 'tnt-a'].entries()) {
    await log(client, tenant, `j-${index}`);
    if (index === 2) await mover.query('SELECT token_events.move_staged(10)');
  }
  await mover.query('SELECT token_events.move_staged(10)');
  const rows = await queryAs<{ jti: string; number: number; ofAll: number }>(
    database.adminUrl,
    `SELECT details->>'jti' AS jti, number::int, of_all::int AS "ofAll" FROM token_events.events ORDER BY 1`,
  );
  expect(rows.map(({ jti, number, ofAll }) => [jti, number, ofAll])).toEqual([
    ['j-0', 1, 0],
    ['j-1', 1, 0],
    ['j-2', 2, 1],
    ['j-3', 1, 1],
    ['j-4', 2, 0],
    ['j-5', 3, 0],
    ['j-6', 3, 3],
  ]);
});
