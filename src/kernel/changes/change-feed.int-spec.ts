import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DatabaseProxy } from '../../../test/support/database-proxy';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { byPort } from '../../../test/support/test-server';
import { createLogger } from '../telemetry/logger';
import type { Change } from './change';
import { ChangeFeed, type ChangeSubscriber } from './change-feed';
import { NotificationHeartbeat, SEND_HEARTBEAT } from './notification-heartbeat';
import { publishStatement } from './publish';

const MAX_AGE_MS = 1_500;
const FEED_SESSIONS = `SELECT pid FROM pg_stat_activity WHERE application_name = 'coresdk-changes' AND datname = current_database()`;

/** Records what it receives, in order. */
class Recorder implements ChangeSubscriber {
  readonly applied: Change[] = [];
  loads = 0;
  /** The number of upcoming changes that it will fail to apply. */
  failures = 0;

  constructor(readonly topics: readonly string[] = ['test']) {}

  async load(): Promise<void> {
    this.loads++;
  }

  apply(change: Change): void {
    if (this.failures > 0) {
      this.failures--;
      throw new Error('not now');
    }
    this.applied.push(change);
  }

  get keys(): readonly string[] {
    return this.applied.map(({ key }) => key);
  }
}

/** A recorder that, like real subscribers, loads the changes that the log still contains. */
class KeptRecorder extends Recorder {
  override async load(): Promise<void> {
    await super.load();
    const [row] = await queryAs<{ kept: Change[] }>(
      database.appUrl,
      `SELECT kernel.changes_kept('test', 0, 100000) AS kept`,
    );
    this.applied.push(...(row?.kept ?? []));
  }
}

let database: TestDatabase;
let feeds: ChangeFeed[];
let clients: Client[];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(() => {
  feeds = [];
  clients = [];
});

afterEach(async () => {
  await Promise.all(feeds.map((feed) => feed.stop()));
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
});

/**
 * Loads a feed and lets it repeat the most recent changes. The feed repeats them while an older transaction is open on the server, even if
 * that transaction belongs to another spec.
 */
async function load(feed: ChangeFeed, ...holders: readonly Recorder[]): Promise<void> {
  await feed.catchUp();
  await feed.catchUp();
  for (const holder of holders) holder.applied.length = 0;
}

function newFeed(...holders: readonly ChangeSubscriber[]): ChangeFeed {
  const logger = createLogger('silent', 'test');
  const feed = new ChangeFeed({ url: database.appUrl, maxAgeMs: MAX_AGE_MS, logger });
  for (const holder of holders) feed.register(holder);
  feeds.push(feed);
  return feed;
}

/**
 * Publishes changes one by one, and waits each time until the feed has received the change. With heartbeats alone, each change would take a
 * second.
 */
async function heardByBell(name: string, writer: Client, holder: Recorder): Promise<void> {
  const changes = 20;
  const began = performance.now();
  for (let i = 0; i < changes; i++) {
    await publish(writer, `${name}-${i}`);
    await eventually(() => expect(holder.keys).toContain(`${name}-${i}`));
  }
  expect(performance.now() - began).toBeLessThan((changes * 1_000) / 2);
}

async function connect(url = database.appUrl): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

async function publish(client: Client, ...keys: readonly string[]): Promise<void> {
  const changes = keys.map((key) => ({ topic: 'test', tenantId: 'tnt-a', key, payload: { of: key } }));
  const [sql, parameters] = publishStatement(changes);
  await client.query(sql, [...parameters]);
}

/** Closes the connections of all feeds, as a server restart would. */
async function cutFeeds(): Promise<void> {
  await queryAs(database.adminUrl, `SELECT pg_terminate_backend(pid) FROM (${FEED_SESSIONS}) AS sessions`);
}

describe('the change feed', () => {
  it('delivers a change unaltered, and only to the subscribers of its topic', async () => {
    const [mine, other] = [new Recorder(), new Recorder(['other'])];
    const feed = newFeed(mine, other);
    await load(feed, mine, other);
    const writer = await connect();
    const keepUntilMs = Date.now() + 60_000;
    const [sql, parameters] = publishStatement([
      { topic: 'test', tenantId: 'tnt-a', key: 'k"1', payload: { deep: [{ ü: null }] }, keepUntilMs },
      { topic: 'test', tenantId: null, key: 'k2', payload: {} },
    ]);
    await writer.query(sql, [...parameters]);
    await feed.catchUp();
    expect(mine.applied).toMatchObject([
      { topic: 'test', tenantId: 'tnt-a', key: 'k"1', payload: { deep: [{ ü: null }] }, keepUntilMs },
      { topic: 'test', tenantId: null, key: 'k2', payload: {} },
    ]);
    expect(other.applied).toEqual([]);
  });

  it('is not fresh before it has loaded', async () => {
    const feed = newFeed(new Recorder());
    expect([feed.isFresh(), feed.ageMs()]).toEqual([false, Number.POSITIVE_INFINITY]);
    await feed.catchUp();
    expect(feed.isFresh()).toBe(true);
  });

  it('loads before it delivers the first change', async () => {
    const order: string[] = [];
    const holder: ChangeSubscriber = {
      topics: ['test'],
      load: async () => void order.push('load'),
      apply: ({ key }) => void order.push(key),
    };
    const [open, feed] = [await connect(), newFeed(holder)];
    // An older open transaction holds the horizon back, so that the previous change is repeated.
    await open.query('BEGIN');
    await open.query('SELECT pg_current_xact_id()');
    await publish(await connect(), 'just-before');
    await feed.catchUp();
    await feed.catchUp();
    expect(order[0]).toBe('load');
    expect(order.filter((entry) => entry === 'just-before')).toEqual(['just-before']);
  });

  it('measures its age from the start of a read, because a read does not include later changes', async () => {
    const slow: ChangeSubscriber = { topics: ['test'], load: () => sleep(300), apply: () => undefined };
    const feed = newFeed(slow);
    await feed.catchUp();
    // A timer may fire slightly early.
    expect(feed.ageMs()).toBeGreaterThan(250);
  });

  it('reacts to a notification without waiting for the heartbeat', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    feed.start();
    await load(feed, holder);
    const writer = await connect();
    await heardByBell('bell', writer, holder);
  });
});

describe('the change feed with transactions that commit out of order', () => {
  it('delivers visible changes immediately and late commits later, each change once', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    await load(feed, holder);
    const [slow, fast] = [await connect(), await connect()];
    await slow.query('BEGIN');
    await publish(slow, 'slow-1');
    for (let i = 0; i < 20; i++) {
      await publish(fast, `fast-${i}`);
      await feed.catchUp();
      expect(holder.keys).toEqual(Array.from({ length: i + 1 }, (_, n) => `fast-${n}`));
    }
    await publish(slow, 'slow-2');
    await slow.query('COMMIT');
    await feed.catchUp();
    expect(holder.keys.slice(20)).toEqual(['slow-1', 'slow-2']);
    await feed.catchUp();
    expect(holder.applied).toHaveLength(22);
  });

  it('never delivers a rolled-back change and is not delayed by it', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    await load(feed, holder);
    const [doomed, writer] = [await connect(), await connect()];
    await doomed.query('BEGIN');
    await publish(doomed, 'doomed');
    await publish(writer, 'kept');
    await feed.catchUp();
    await doomed.query('ROLLBACK');
    await feed.catchUp();
    expect(holder.keys).toEqual(['kept']);
  });

  it('delivers the changes of a transaction with savepoints when it commits', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    await load(feed, holder);
    const [long, writer] = [await connect(), await connect()];
    await long.query('BEGIN');
    await long.query('SAVEPOINT one');
    await publish(long, 'given-up');
    await long.query('ROLLBACK TO one');
    await publish(writer, 'other');
    await feed.catchUp();
    await publish(long, 'after-savepoint');
    await long.query('COMMIT');
    await feed.catchUp();
    expect(holder.keys).toEqual(['other', 'after-savepoint']);
  });

  it('starts during an open transaction without losing its later commit', async () => {
    const [open, writer] = [await connect(), await connect()];
    await open.query('BEGIN');
    await publish(open, 'open-at-start');
    const holder = new Recorder();
    const feed = newFeed(holder);
    await load(feed, holder);
    await publish(writer, 'in-between');
    await feed.catchUp();
    await open.query('COMMIT');
    await feed.catchUp();
    expect([...holder.keys].sort()).toEqual(['in-between', 'open-at-start']);
  });

  /** 20 writers commit 2,000 changes, two per transaction; some transactions stay open while many others commit. */
  async function writeTwoThousand(): Promise<readonly string[]> {
    const write = async (writer: number): Promise<readonly string[]> => {
      const client = await connect();
      const written: string[] = [];
      for (let i = 0; i < 50; i++) {
        const [first, second] = [`w${writer}-${i}-a`, `w${writer}-${i}-b`];
        await client.query('BEGIN');
        await publish(client, first);
        if ((writer + i) % 10 === 0) await sleep(25);
        await publish(client, second);
        await client.query('COMMIT');
        written.push(first, second);
      }
      return written;
    };
    return (await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)))).flat();
  }

  it('delivers each of 2,000 changes from 20 writers exactly once', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    feed.start();
    await load(feed, holder);
    const written = await writeTwoThousand();
    await feed.catchUp();
    expect(written).toHaveLength(2_000);
    expect([...holder.keys].sort()).toEqual([...written].sort());
    expect(holder.loads).toBe(1);
  });

  it('does not lose any of 2,000 changes from 20 writers when its connection is cut repeatedly', async () => {
    const holder = new KeptRecorder();
    const feed = newFeed(holder);
    feed.start();
    await load(feed, holder);
    const writing = writeTwoThousand();
    for (let i = 0; i < 4; i++) {
      await sleep(80);
      await cutFeeds();
    }
    const written = await writing;
    await eventually(() => feed.catchUp());
    const known = new Set(holder.keys);
    expect(written.filter((key) => !known.has(key))).toEqual([]);
  });
});

describe('the notification check of a process', () => {
  it('receives the heartbeats that the process sends', async () => {
    const feed = newFeed();
    const sender = await connect();
    const received = jest.spyOn(NotificationHeartbeat.prototype, 'received');
    try {
      feed.start(() => sender.query(SEND_HEARTBEAT));
      await eventually(() => expect(received).toHaveBeenCalled());
      expect(feed.notificationFault()).toBeNull();
    } finally {
      received.mockRestore();
    }
  });
});

describe('the clock check of a process', () => {
  it.each([
    ['ahead of', 3_600_000],
    ['behind', -3_600_000],
  ])('reports a fault if the clock is too far %s the database clock', async (words, offsetMs) => {
    let now = (): number => Date.now() + offsetMs;
    const options = { url: database.appUrl, maxAgeMs: MAX_AGE_MS, logger: createLogger('silent', 'test') };
    const feed = new ChangeFeed({ ...options, clock: { nowMs: () => now() }, maxClockOffsetMs: 5_000 });
    feeds.push(feed);
    expect(feed.clockFault()).toBeNull();
    await feed.catchUp();
    expect(feed.clockFault()).toMatch(new RegExp(`^clock: [0-9.]+ s ${words} the database`));
    now = Date.now;
    await feed.catchUp();
    expect(feed.clockFault()).toBeNull();
  });
});

describe('the change feed during outages', () => {
  it('does not mistake an unresponsive connection for a store outage', async () => {
    const proxy = await DatabaseProxy.open(Number(new URL(byPort(database.appUrl)).port));
    const told: boolean[] = [];
    const logger = createLogger('silent', 'test');
    const feed = new ChangeFeed({ url: proxy.through(database.appUrl), maxAgeMs: MAX_AGE_MS, logger });
    feeds.push(feed);
    jest.spyOn(logger, 'warn').mockImplementation(() => void told.push(feed.isStoreAway()));
    await feed.catchUp();
    feed.start();
    proxy.cutFeed();
    // The read that was in progress fails first, then connection attempts fail.
    await eventually(() => expect(told.length).toBeGreaterThan(2));
    expect(told).not.toContain(true);
    proxy.mendFeed();
    await feed.stop();
    await proxy.close();
  });

  it('catches up on missed changes after it reconnects', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    await load(feed, holder);
    const writer = await connect();
    await publish(writer, 'one');
    await feed.catchUp();
    await cutFeeds();
    await publish(writer, 'two', 'three');
    await eventually(async () => {
      await feed.catchUp();
      expect(holder.keys).toContain('three');
      // Reconnecting may exceed its own time limit once or twice on a busy machine.
    });
    expect([holder.keys, holder.loads]).toEqual([['one', 'two', 'three'], 2]);
  });

  it('reloads everything on a new connection, because a crashed server can reuse transaction IDs', async () => {
    const holder = new KeptRecorder();
    const feed = newFeed(holder);
    await load(feed, holder);
    await cutFeeds();
    // Simulates a server that has lost everything after this transaction.
    await queryAs(
      database.adminUrl,
      `INSERT INTO kernel.changes (xid, topic, key, payload, keep_until) VALUES ('3', 'test', 'low', '{}', now() + '1 hour')`,
    );
    await eventually(async () => {
      await feed.catchUp();
      expect(holder.keys).toContain('low');
    });
  });

  it.each([
    [
      'the server has a different history',
      'kernel.server_history()',
      `kernel.server_history() RETURNS text LANGUAGE sql RETURN 'another'`,
    ],
    [
      'a snapshot is below the known horizon',
      'kernel.changes_since(xid8, bigint[])',
      `kernel.changes_since(since xid8, except_ids bigint[]) RETURNS jsonb LANGUAGE sql
       RETURN '{"horizon": "3", "changes": []}'::jsonb`,
    ],
  ])('reloads everything if %s on the same connection', async (_, name, definition) => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    await load(feed, holder);
    await feed.catchUp();
    expect(holder.loads).toBe(1);
    const [row] = await queryAs<{ before: string }>(
      database.adminUrl,
      'SELECT pg_get_functiondef($1::regprocedure) AS before',
      [name],
    );
    await queryAs(database.adminUrl, `CREATE OR REPLACE FUNCTION ${definition}`);
    try {
      await feed.catchUp();
      await feed.catchUp();
      expect(holder.loads).toBe(2);
    } finally {
      await queryAs(database.adminUrl, row?.before ?? '');
    }
  });

  it('receives notifications on its new connection', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    feed.start();
    await load(feed, holder);
    await cutFeeds();
    // The heartbeat opens the new connection.
    await eventually(async () => {
      expect(await queryAs(database.adminUrl, FEED_SESSIONS)).toHaveLength(1);
    });
    const writer = await connect();
    await heardByBell('again', writer, holder);
  });

  it('becomes stale if the store is unreachable for too long, and fresh again afterward', async () => {
    const holder = new Recorder();
    const feed = newFeed(holder);
    feed.start();
    await load(feed, holder);
    const writer = await connect();
    await queryAs(
      database.adminUrl.replace(database.name, 'postgres'),
      `ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`,
    );
    try {
      const pids = await writer.query<{ pid: number }>(FEED_SESSIONS);
      for (const { pid } of pids.rows) {
        await writer.query('SELECT pg_terminate_backend($1)', [pid]);
      }
      await publish(writer, 'missed');
      expect(feed.isFresh()).toBe(true);
      await sleep(MAX_AGE_MS + 100);
      expect(feed.isFresh()).toBe(false);
      expect(feed.ageMs()).toBeGreaterThan(MAX_AGE_MS);
      await expect(feed.catchUp()).rejects.toThrow();
    } finally {
      await queryAs(
        database.adminUrl.replace(database.name, 'postgres'),
        `ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`,
      );
    }
    await eventually(() => {
      expect(feed.isFresh()).toBe(true);
    });
    expect(holder.keys).toEqual(['missed']);
  });

  it('reloads everything if a subscriber fails to apply a change', async () => {
    const [holder, neighbor] = [new Recorder(), new Recorder()];
    const feed = newFeed(holder, neighbor);
    await load(feed, holder, neighbor);
    holder.failures = 1;
    await publish(await connect(), 'refused');
    // A notification may have caused the failing turn before this turn is requested.
    await eventually(async () => {
      await feed.catchUp();
      expect(holder.failures).toBe(0);
    });
    expect([holder.loads, neighbor.loads]).toEqual([2, 2]);
  });

  it('leaves no connection behind if it is stopped during a read', async () => {
    const feed = newFeed(new Recorder());
    feed.start();
    await feed.catchUp();
    const [running, waiting] = [feed.catchUp(), feed.catchUp()].map((turn) => turn.catch(() => undefined));
    await feed.stop();
    await Promise.all([running, waiting]);
    await sleep(100);
    expect(await queryAs(database.adminUrl, FEED_SESSIONS)).toEqual([]);
  });

  it('leaves no connection behind if it is asked to catch up after it has stopped', async () => {
    const feed = newFeed(new Recorder());
    await feed.catchUp();
    await feed.stop();
    await feed.catchUp().catch(() => undefined);
    await sleep(100);
    const left = await queryAs(database.adminUrl, FEED_SESSIONS);
    await cutFeeds();
    expect(left).toEqual([]);
  });
});
