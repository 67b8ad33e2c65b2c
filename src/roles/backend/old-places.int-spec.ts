import { Client } from 'pg';
import { eventually } from '../../../test/support/eventually';
import { oldPlaceOf } from '../../../test/support/old-place';
import { callFor } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { EventFeedPort } from '../../modules/events/contract/event-feed.port';
import { EventsPort } from '../../modules/events/contract/events.port';
import { TokenEventsPort } from '../../modules/token-events/contract/token-events.port';
import { INSTALLATION_LOG } from '../../modules/token-events/contract/token-events.types';

const TENANTS = ['tnt-a', 'tnt-b'] as const;
const LOGS = { events: `data->>'id'`, token_events: `details->>'jti'` } as const;
type Schema = keyof typeof LOGS;

/** A row as written by the version that did not have event numbers yet. */
interface OldRow {
  readonly tenant: string;
  readonly name: string;
  readonly xid: string;
  readonly seq: string;
  readonly atSeconds: number;
}

let database: TestDatabase;
let core: TestCore;
/** The rows that were numbered later, in the order of the previous version. */
const before: Record<Schema, readonly OldRow[]> = { events: [], token_events: [] };
/** Rows that are staged when the first process of this build starts. */
const staged: Record<Schema, readonly Pick<OldRow, 'tenant' | 'name'>[]> = { events: [], token_events: [] };
/** Positions at the end of the log, as returned by the previous version, each with the events that it had shown by then. */
const ends: { readonly place: string; readonly names: ReadonlySet<string> }[] = [];
let written = 0;

const newName = (): string => `n-${String((written += 1)).padStart(3, '0')}`;
const place = ({ xid, seq, atSeconds }: Pick<OldRow, 'xid' | 'seq' | 'atSeconds'>): string =>
  oldPlaceOf({ xid: BigInt(xid), seq: BigInt(seq), atSeconds });

/** A connection whose rows are neither staged nor numbered, like the rows that the version without event numbers wrote. */
async function connectOld(): Promise<Client> {
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query('SET session_replication_role = replica');
  return client;
}

async function insertOld(client: Client, tenant: string, at: string | null = null): Promise<void> {
  const name = at === null ? newName() : 'old';
  const time = 'coalesce($3::timestamptz, clock_timestamp())';
  if (tenant !== INSTALLATION_LOG) {
    await client.query(
      `INSERT INTO events.events (tenant_id, at, id, type, subject, data)
       VALUES ($1, ${time}, 'evt-' || $2, 'coresdk.project.created', 'project/' || $2, jsonb_build_object('id', $2::text))`,
      [tenant, name, at],
    );
  }
  await client.query(
    `INSERT INTO token_events.events (tenant_id, at, type, details)
     VALUES ($1, ${time}, 'token.issued', jsonb_build_object('jti', $2::text))`,
    [tenant, name, at],
  );
}

async function connect(tenant: string): Promise<Client> {
  const client = new Client({ connectionString: database.appUrl });
  await client.connect();
  await client.query(`SELECT set_config('app.tenant_id', $1, false)`, [tenant]);
  return client;
}

/** Writes an event to each log with the functions of the schema. */
async function write(client: Client, tenant: string): Promise<void> {
  const name = newName();
  const payload = { action: 'project.create', resourceType: 'project', resourceId: name, outcome: 'success' };
  await client.query(`INSERT INTO kernel.outbox (id, topic, tenant_id, payload) VALUES ($1, 'audit', $2, $3)`, [
    `aud-${name}`,
    tenant,
    payload,
  ]);
  await client.query('SELECT token_events.log($1)', [tokenEvent(tenant, name)]);
}

const tokenEvent = (tenantId: string, jti: string): string =>
  JSON.stringify({ tenantId, type: 'token.issued', clientId: null, userId: null, details: { jti } });

const rowsOf = (schema: Schema): Promise<readonly OldRow[]> =>
  queryAs<OldRow>(
    database.adminUrl,
    `SELECT tenant_id AS tenant, ${LOGS[schema]} AS name, xid::text, seq::text, floor(extract(epoch FROM at))::float8 AS "atSeconds"
     FROM ${schema}.events AS e ORDER BY e.xid, e.seq`,
  );

async function noteEnd(): Promise<void> {
  const [horizon] = await queryAs<{ xid: string; atSeconds: number }>(
    database.adminUrl,
    `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid, floor(extract(epoch FROM now()))::float8 AS "atSeconds"`,
  );
  if (!horizon) throw new Error('No horizon.');
  const shown = (await rowsOf('events')).filter(({ xid }) => BigInt(xid) < BigInt(horizon.xid));
  ends.push({ place: place({ ...horizon, seq: '0' }), names: new Set(shown.map(({ name }) => name)) });
}

/**
 * Waits until every position that is noted from now on comes after all rows. A transaction in any database of the server, such as that of
 * another test, holds the horizon back.
 */
async function untilBehindHorizon(): Promise<void> {
  const newest = (schema: Schema): string => `(SELECT max(xid::text::bigint) FROM ${schema}.events)`;
  await eventually(async () => {
    const sql = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      > greatest(${newest('events')}, ${newest('token_events')}) AS "isBehind"`;
    expect(await queryAs(database.adminUrl, sql)).toEqual([{ isBehind: true }]);
  });
}

/** Writes rows as the version without event numbers did, in transactions that commit in a different order than they began. */
async function writeOld(): Promise<void> {
  const [one, slow] = [await connectOld(), await connectOld()];
  await insertOld(one, TENANTS[0], await makeDroppedDay());
  await untilBehindHorizon();
  for (let round = 0; round < 6; round += 1) {
    await insertOld(one, TENANTS[0]);
    await slow.query('BEGIN');
    await insertOld(slow, TENANTS[0]);
    await insertOld(one, TENANTS[1]);
    await insertOld(one, TENANTS[0]);
    await insertOld(one, INSTALLATION_LOG);
    await noteEnd();
    await slow.query('COMMIT');
    await noteEnd();
  }
  for (const client of [one, slow]) await client.end();
}

/** In each log, creates the partition for the day three weeks ago. @returns noon of that day */
async function makeDroppedDay(): Promise<string> {
  const day = new Date(Date.now() - 21 * 86_400_000).toISOString().slice(0, 10);
  const next = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
  for (const schema of ['events', 'token_events'] as const) {
    const name = `${schema}.events_${day.replaceAll('-', '')}`;
    const days = `FOR VALUES FROM ('${day} 00:00:00Z') TO ('${next} 00:00:00Z')`;
    await queryAs(database.ownerUrl, `CREATE TABLE ${name} PARTITION OF ${schema}.events ${days}`);
  }
  return `${day}T12:00:00Z`;
}

/** Numbers the rows in the order of the previous version, as the upgrade to 0.1.1 did. */
async function numberRows(): Promise<void> {
  for (const [schema, column, value] of [
    ['events', 'position', 'row_number() OVER (ORDER BY xid, seq)'],
    [
      'token_events',
      'of_all',
      `CASE WHEN tenant_id = '${INSTALLATION_LOG}' THEN 0
        ELSE count(*) FILTER (WHERE tenant_id = '${INSTALLATION_LOG}') OVER (ORDER BY xid, seq) END`,
    ],
  ] as const) {
    await queryAs(
      database.adminUrl,
      `UPDATE ${schema}.events AS e SET number = c.number, ${column} = c.value FROM (
         SELECT xid, seq, at, row_number() OVER (PARTITION BY tenant_id ORDER BY xid, seq) AS number, ${value} AS value
         FROM ${schema}.events
       ) AS c WHERE e.xid = c.xid AND e.seq = c.seq AND e.at = c.at`,
    );
    await queryAs(
      database.adminUrl,
      `INSERT INTO ${schema}.counters (tenant_id, last, last_at, xids_from)
       SELECT DISTINCT ON (tenant_id) tenant_id, number, at, '0'::xid8 FROM ${schema}.events ORDER BY tenant_id, number DESC`,
    );
  }
  await queryAs(
    database.adminUrl,
    `UPDATE events.feed_end SET (last, last_at) = (SELECT position, at FROM events.events ORDER BY position DESC LIMIT 1)`,
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  await writeOld();
  await numberRows();
  for (const schema of ['events', 'token_events'] as const) before[schema] = await rowsOf(schema);
  const client = await connect(TENANTS[1]);
  await write(client, TENANTS[1]);
  await client.end();
});

afterAll(async () => {
  await database.drop();
});

describe.each(['events', 'token_events'] as const)('a row of %s', (schema) => {
  it('is staged if it is inserted without a number', async () => {
    const columns = schema === 'events' ? 'id, type, subject, data' : 'type, details';
    const values =
      schema === 'events'
        ? `'evt-x', 'coresdk.x.created', 'x/1', '{"id": "direct"}'`
        : `'token.issued', '{"jti": "direct"}'`;
    await queryAs(database.adminUrl, `INSERT INTO ${schema}.events (tenant_id, ${columns}) VALUES ($1, ${values})`, [
      TENANTS[0],
    ]);
    const there = `SELECT FROM ${schema}.staged WHERE tenant_id = $1`;
    expect(await queryAs(database.adminUrl, there, [TENANTS[0]])).toHaveLength(1);
  });
});

describe('a position from the previous version', () => {
  beforeAll(async () => {
    for (const schema of ['events', 'token_events'] as const) {
      const sql = `SELECT tenant_id AS tenant, ${LOGS[schema]} AS name FROM ${schema}.staged ORDER BY seq`;
      staged[schema] = await queryAs(database.adminUrl, sql);
    }
    core = await openAllCore(database);
    await core.context.init();
    await eventually(async () => {
      for (const schema of Object.keys(LOGS)) {
        expect(await queryAs(database.adminUrl, `SELECT FROM ${schema}.staged`)).toEqual([]);
      }
    });
  });

  /** Reads the names of all events after a position, in pages. */
  async function behind(schema: Schema, tenant: string, from: string | null, limit = 7): Promise<readonly string[]> {
    const names: string[] = [];
    for (let after = from; ;) {
      const batch =
        schema === 'events'
          ? await core.context.get(EventsPort).read(callFor(tenant), after, {}, limit)
          : await core.context.get(TokenEventsPort).read(callFor(tenant), after, {}, limit);
      names.push(
        ...batch.events.map((event) => ('event' in event ? String(event.event.data['id']) : (event.jti ?? ''))),
      );
      if (!batch.more) return names;
      after = batch.place;
    }
  }

  /** Returns the names that the previous version would have returned from that position on, and the names staged since then. */
  const expected = (schema: Schema, tenant: string, isBehind: (row: OldRow, index: number) => boolean) => {
    const mine = before[schema].filter(
      (row, index) => (row.tenant === tenant || row.tenant === INSTALLATION_LOG) && isBehind(row, index),
    );
    return [
      ...mine.map(({ name }) => name),
      ...staged[schema].filter((row) => row.tenant === tenant).map(({ name }) => name),
    ];
  };

  it.each(['events', 'token_events'] as const)(
    'in %s continues at the same event, without gaps or repetitions',
    async (schema) => {
      for (const tenant of TENANTS) {
        for (const [index, row] of before[schema].entries()) {
          if (row.name === 'old') continue;
          const rest = expected(schema, tenant, (_, other) => other > index);
          expect(await behind(schema, tenant, place(row))).toEqual(rest);
        }
        for (const end of ends) {
          const rest = expected(schema, tenant, ({ name, xid }) => name !== 'old' && isBehindEnd(end.place, xid));
          const found = await behind(schema, tenant, end.place);
          expect(found).toEqual(rest);
          if (schema === 'events') expect(found.filter((name) => end.names.has(name))).toEqual([]);
        }
      }
    },
  );

  /** The end of a log was a transaction id: the rows of that transaction and of later transactions come after it. */
  const isBehindEnd = (end: string, xid: string): boolean => end < place({ xid, seq: '1', atSeconds: 0 });

  it('is also valid for a stream', async () => {
    const last = before.events.filter(({ tenant }) => tenant === TENANTS[0]).at(-2);
    if (!last) throw new Error('No row.');
    const stop = new AbortController();
    const names: string[] = [];
    for await (const batch of core.context.get(EventsPort).follow(callFor(TENANTS[0]), place(last), {}, stop.signal)) {
      names.push(...batch.events.map(({ event }) => String(event.data['id'])));
      if (names.length >= 2) stop.abort();
    }
    expect(names).toEqual(expected('events', TENANTS[0], ({ tenant }) => tenant === TENANTS[0]).slice(-2));
  });

  it('still identifies the event of a delivery', async () => {
    const feed = core.context.get(EventFeedPort);
    for (const row of before.events) {
      expect((await feed.find(row.tenant, place(row)))?.data).toEqual({ id: row.name });
    }
  });

  it('in the feed of all tenants continues at the same event', async () => {
    const feed = core.context.get(EventFeedPort);
    for (const [index, row] of before.events.entries()) {
      const { events } = await feed.read(place(row), 500);
      const rest = before.events.slice(index + 1).map(({ name }) => `evt-${name}`);
      expect(events.slice(0, rest.length).map(({ id }) => id)).toEqual(rest);
      for (const event of events.slice(0, 3)) expect((await feed.find(event.tenantId, event.place))?.id).toBe(event.id);
    }
  });

  it('has the form that this version stores for deliveries and firings, so that the previous version can send them', async () => {
    const feed = core.context.get(EventFeedPort);
    const { events } = await feed.read(null, 500);
    const old = await rowsOf('events');
    expect(events.map((event) => event.place)).toEqual(old.map(place));
  });

  it('in the feed of all tenants converts to and from the form of this version', async () => {
    const feed = core.context.get(EventFeedPort);
    const { place: end } = await feed.read(null, 500);
    const newest = (await rowsOf('events')).at(-1);
    if (!newest) throw new Error('No row.');
    const intake = async (sql: string) => {
      const [row] = await queryAs<{ place: string | null }>(database.adminUrl, sql);
      return row?.place;
    };
    for (const [taken, old, now] of [
      ['webhooks', 'SELECT webhooks.intake_place() AS place', 'SELECT webhooks.intake_reached() AS place'],
      ['workflows', 'SELECT place FROM workflows.intake_state()', 'SELECT place FROM workflows.intake_reached()'],
    ] as const) {
      const take = (name: string, expected: string | null | undefined, reached: string) =>
        queryAs<{ made: string | null }>(database.appUrl, `SELECT ${taken}.${name}($1, $2, '[]') AS made`, [
          expected,
          reached,
        ]);
      await eventually(async () => {
        const [made] = await take('take_in_events', await intake(now), end);
        expect(made?.made).toBe('0');
      });
      expect(await intake(old)).toBe(place(newest));
      // The previous version continues from there, and this version continues where the previous version stopped.
      expect(await take('take_in', 'another', place(newest))).toEqual([{ made: null }]);
      expect(await take('take_in', place(newest), place(newest))).toEqual([{ made: '0' }]);
    }
  });

  it('is no longer valid if its day was dropped or if it comes from a different server', async () => {
    const future = oldPlaceOf({ xid: 2n ** 62n, seq: 0n, atSeconds: Math.floor(Date.now() / 1_000) });
    for (const schema of ['events', 'token_events'] as const) {
      const old = before[schema].find(({ name }) => name === 'old');
      if (!old) throw new Error('No row.');
      const day = new Date(old.atSeconds * 1_000).toISOString().slice(0, 10).replaceAll('-', '');
      await queryAs(database.ownerUrl, `DROP TABLE IF EXISTS ${schema}.events_${day}`);
      const gone = [place(old), place({ ...old, atSeconds: old.atSeconds - 86_400 }), future];
      for (const from of gone) await expect(behind(schema, TENANTS[0], from)).rejects.toMatchObject({ code: 'gone' });
      // A reader without a position begins with the oldest retained event.
      expect(await behind(schema, TENANTS[0], null)).not.toContain('old');
    }
  });

  it('is invalid in a restored installation, which has other transaction IDs', async () => {
    const row = before.events.findLast(({ tenant }) => tenant === TENANTS[1]);
    if (!row) throw new Error('No row.');
    // A restore resets the first transaction ID to its default value.
    await queryAs(database.adminUrl, 'UPDATE events.counters SET xids_from = DEFAULT WHERE tenant_id = $1', [
      TENANTS[1],
    ]);
    await expect(behind('events', TENANTS[1], place(row))).rejects.toMatchObject({ code: 'gone' });
  });

  it('still works in the functions of the previous version, which move staged events while only that version runs', async () => {
    const { xid = '', seq = '' } = (await rowsOf('events')).at(-1) ?? {};
    await core.close();
    const clients = [await connect(TENANTS[0]), await connect(TENANTS[1])];
    await write(clients[0] as Client, TENANTS[0]);
    const feed = async () => {
      const [row] = await queryAs<{ feed: { rows: unknown[] } }>(
        database.appUrl,
        'SELECT events.feed($1, $2, 0, 100) AS feed',
        [xid, seq],
      );
      return row?.feed.rows;
    };
    await eventually(async () => expect(await feed()).toMatchObject([{ tenantId: TENANTS[0] }]));
    for (const [name, since] of [
      ['events.moved', ', ARRAY[0::float8]'],
      ['token_events.moved', ''],
    ] as const) {
      await write(clients[1] as Client, TENANTS[1]);
      const sql = `SELECT ${name}(ARRAY['${TENANTS[1]}'], ARRAY['${xid}'], ARRAY[9000000000000000000]${since}) AS moved`;
      await eventually(async () => expect(await queryAs(database.appUrl, sql)).toEqual([{ moved: [TENANTS[1]] }]));
    }
    for (const client of clients) await client.end();
  });
});
