import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually } from '../../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { findValkey, ValkeyServer } from '../../../../test/support/valkey';
import { Secret } from '../../../kernel/config/secret';
import { Database } from '../../../kernel/database/database';
import { DatabaseModule } from '../../../kernel/database/database.module';
import { createLogger } from '../../../kernel/telemetry/logger';
import { limitOf } from '../domain/limit';
import { BucketsRepository } from '../storage/buckets.repository';
import type { BucketStore } from './bucket-store';
import type { Counted } from './buckets';
import { PostgresStore } from './postgres-store';
import { RedisStore } from './redis-store';
import { SharedBuckets } from './shared-buckets';

const REPLICAS = 3;
/** A timeout longer than any request takes on a busy machine. */
const TIMEOUT_MS = 5_000;

/** A store that several processes share. */
interface World {
  /** Opens the store as another process. */
  readonly open: () => Promise<BucketStore>;
  /** Stops the store. `back` starts it again. */
  readonly away: () => Promise<void>;
  readonly back: () => Promise<void>;
  /** Returns the number of unexpired counters in the store. */
  readonly held: () => Promise<number>;
  readonly close: () => Promise<void>;
}

async function overPostgres(): Promise<World> {
  const database: TestDatabase = await createTestDatabase();
  const contexts: INestApplicationContext[] = [];
  const config = { DATABASE_POOL_SIZE: 3, DATABASE_STATEMENT_TIMEOUT_MS: TIMEOUT_MS };
  const away = 'ALTER FUNCTION rate_limit.take RENAME TO take_away; REVOKE USAGE ON SCHEMA rate_limit FROM coresdk_app';
  return {
    async open() {
      const module = DatabaseModule.connect({ url: database.appUrl, config, applicationName: 'shared-buckets' });
      const context = await NestFactory.createApplicationContext(module, { logger: false });
      contexts.push(context);
      return new PostgresStore(new BucketsRepository(context.get(Database)));
    },
    async away() {
      for (const statement of away.split(';')) await queryAs(database.adminUrl, statement);
    },
    async back() {
      await queryAs(database.adminUrl, 'ALTER FUNCTION rate_limit.take_away RENAME TO take');
      await queryAs(database.adminUrl, 'GRANT USAGE ON SCHEMA rate_limit TO coresdk_app');
    },
    async held() {
      await queryAs(database.adminUrl, 'SELECT rate_limit.prune()');
      const [row] = await queryAs<{ n: number }>(
        database.adminUrl,
        'SELECT count(*)::int AS n FROM rate_limit.buckets',
      );
      return row?.n ?? 0;
    },
    async close() {
      for (const context of contexts) await context.close();
      await database.drop();
    },
  };
}

async function overValkey(program: string): Promise<World> {
  const server = new ValkeyServer(program);
  await server.start();
  const stores: RedisStore[] = [];
  const open = async (): Promise<RedisStore> => {
    const store = new RedisStore(new Secret(server.url), TIMEOUT_MS);
    await store.ping();
    stores.push(store);
    return store;
  };
  return {
    open,
    away: () => server.kill(),
    back: () => server.start(),
    async held() {
      const { Redis } = await import('ioredis');
      const client = new Redis({ path: server.url.slice('unix://'.length) });
      const count = await client.dbsize();
      client.disconnect();
      return count;
    },
    async close() {
      for (const store of stores) await store.close();
      await server.remove();
    },
  };
}

const valkey = findValkey();
if (valkey === null) {
  console.warn(
    'Neither Valkey nor Redis is installed; skipping the tests for limits that use them. Install one: apt-get install valkey-server (Debian 13) or redis-server (Debian 12).',
  );
}

describe.each<[string, (() => Promise<World>) | null]>([
  ['PostgreSQL', overPostgres],
  ['Valkey', valkey === null ? null : () => overValkey(valkey)],
])('shared counters of three processes over %s', (_name, openWorld) => {
  const test = openWorld === null ? it.skip : it;
  let world: World;
  let processes: readonly SharedBuckets[];

  beforeAll(async () => {
    if (openWorld === null) return;
    world = await openWorld();
    processes = await Promise.all(
      Array.from({ length: REPLICAS }, async () => {
        const buckets = new SharedBuckets({
          store: await world.open(),
          maxKeys: 10_000,
          timeoutMs: TIMEOUT_MS,
          replicas: () => REPLICAS,
          logger: createLogger('silent', 'test'),
          now: () => performance.now(),
        });
        await buckets.open();
        return buckets;
      }),
    );
  });

  afterAll(async () => {
    if (openWorld === null) return;
    for (const buckets of processes) await buckets.close();
    await world.close();
  });

  const hourly = (limit: number) => limitOf({ policy: 'p', source: 'tenant', limit, windowSeconds: 3_600 });

  const processAt = (index: number): SharedBuckets => {
    const found = processes[index % REPLICAS];
    if (!found) throw new Error('There is no process.');
    return found;
  };
  const take = async (index: number, name: string, limit: ReturnType<typeof limitOf>): Promise<Counted> =>
    processAt(index).take('tnt-a', name, limit, 1);

  /** Sends the given number of calls to each process concurrently. */
  async function flood(name: string, limit: ReturnType<typeof limitOf>, calls: number, cost = 1): Promise<Counted[]> {
    const asked = processes.flatMap((buckets) =>
      Array.from({ length: calls }, async () => buckets.take('tnt-a', name, limit, cost)),
    );
    return Promise.all(asked);
  }

  const allowedOf = (counted: readonly Counted[]): number => counted.filter(({ allowed }) => allowed).length;

  test('enforce a limit exactly under a concurrent flood', async () => {
    const counted = await flood('flood', hourly(300), 1_000);
    expect(allowedOf(counted)).toBe(300);
    expect(counted.filter(({ degraded }) => degraded)).toEqual([]);
    const [last] = await flood('flood', hourly(300), 1);
    expect(last).toMatchObject({ allowed: false });
    // Each allowed call received a different number of remaining calls.
    const filled = counted.filter(({ allowed }) => allowed).map(({ filledMs }) => Math.round(filledMs / 1_200));
    expect(new Set(filled).size).toBeGreaterThanOrEqual(99);
  });

  test('stay within a rate under tenfold overload', async () => {
    const limit = limitOf({ policy: 'p', source: 'tenant', limit: 200, windowSeconds: 1, burst: 40 });
    const began = performance.now();
    const until = began + 2_000;
    const allowedAt: number[] = [];
    const press = async (buckets: SharedBuckets): Promise<void> => {
      while (performance.now() < until) {
        for (let call = 0; call < 10; call++) {
          const asked = buckets.take('tnt-a', 'rate', limit, 1);
          const counted = asked instanceof Promise ? await asked : asked;
          if (counted.allowed) allowedAt.push(performance.now());
        }
        await sleep(10);
      }
    };
    // Six callers, each with up to a thousand calls a second.
    await Promise.all([...processes, ...processes].map(press));
    const seconds = (performance.now() - began) / 1_000;
    expect(allowedAt.length).toBeLessThanOrEqual(1.02 * (40 + 200 * seconds));
    expect(allowedAt.length).toBeGreaterThan(40);
  });

  test('lease tokens for large limits, and never exceed the limit', async () => {
    const limit = hourly(30_000);
    const began = performance.now();
    // The maximum count so far: the limit, plus one call every 120 ms.
    const most = (): number => 30_000 + Math.ceil((performance.now() - began) / limit.intervalMs);
    for (let round = 0; round < 12; round++) await flood('ahead', limit, 200);
    // There are so many simultaneous calls that leased tokens allow most of them.
    const asked = processes.map((buckets) => buckets.take('tnt-a', 'ahead', limit, 1));
    expect(asked.filter((each) => !(each instanceof Promise)).length).toBeGreaterThan(0);
    const counted = await Promise.all(asked.map(async (each) => each));
    const first = allowedOf(counted) + 12 * 200 * REPLICAS;
    let allowed = first;
    for (let round = 0; round < 20; round++) allowed += allowedOf(await flood('ahead', limit, 500));
    expect(allowed).toBeLessThanOrEqual(most());
    // The other processes' tokens are at most a hundredth of the limit, and are returned if they are not used.
    await eventually(async () => {
      allowed += allowedOf(await flood('ahead', limit, 20));
      expect(allowed).toBeGreaterThanOrEqual(30_000);
    });
    expect(allowed).toBeLessThanOrEqual(most());
  });

  test('count by cost, and allow only calls that fit', async () => {
    expect(allowedOf(await flood('cost', hourly(100), 50, 7))).toBe(14);
    expect(allowedOf(await flood('cost', hourly(100), 5, 2))).toBe(1);
    expect(allowedOf(await flood('cost', hourly(100), 5, 101))).toBe(0);
  });

  test('are separate for two tenants and for two keys', async () => {
    const limit = hourly(5);
    const [first] = processes;
    await flood('apart', limit, 10);
    expect(await first?.take('tnt-b', 'apart', limit, 1)).toMatchObject({ allowed: true });
    expect(await first?.take('tnt-a', 'apart 2', limit, 1)).toMatchObject({ allowed: true });
  });

  test('return the cost of a call that is refused for a different reason', async () => {
    const limit = hourly(3);
    const [first, second] = processes;
    await flood('back', limit, 1);
    expect(await first?.take('tnt-a', 'back', limit, 1)).toMatchObject({ allowed: false });
    first?.giveBack('tnt-a', 'back', limit.intervalMs);
    await eventually(async () => {
      expect(await first?.take('tnt-a', 'back', limit, 1)).toMatchObject({ allowed: true });
    });
    expect(await second?.take('tnt-a', 'back', limit, 1)).toMatchObject({ allowed: false });
  });

  test('are reset everywhere, in each process when it receives the change', async () => {
    const limit = hourly(2);
    const [first, second] = processes;
    await flood('forget', limit, 5);
    await first?.forget('tnt-a', ['forget']);
    expect(await first?.take('tnt-a', 'forget', limit, 1)).toMatchObject({ allowed: true });
    expect(await second?.take('tnt-a', 'forget', limit, 1)).toMatchObject({ allowed: false });
    second?.forgetHere('tnt-a', ['forget']);
    expect(await second?.take('tnt-a', 'forget', limit, 1)).toMatchObject({ allowed: true });
    await first?.forget('tnt-a', ['never counted']);
  });

  test('share the leases of a concurrency limit, which expire', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `lease-${index}`);
    const acquire = (id: string, index: number) => processAt(index).acquire('tnt-a', 'slow', id, 4, 400);
    const got = await Promise.all(ids.map(acquire));
    expect(got.filter(Boolean)).toHaveLength(4);
    const held = ids[got.indexOf(true)] ?? '';
    await processes[1]?.release('tnt-a', 'slow', held);
    expect(await processes[2]?.acquire('tnt-a', 'slow', 'next', 4, 400)).toBe(true);
    expect(await processes[2]?.acquire('tnt-a', 'slow', 'one more', 4, 400)).toBe(false);
    await eventually(async () => expect(await processes[0]?.acquire('tnt-a', 'slow', 'late', 4, 400)).toBe(true));
  });

  test('are removed from the store when drained', async () => {
    const limit = limitOf({ policy: 'p', source: 'tenant', limit: 1_000, windowSeconds: 1 });
    const before = await world.held();
    await Promise.all(Array.from({ length: 200 }, (_, index) => take(index, `brief ${index}`, limit)));
    await eventually(async () => expect(await world.held()).toBeLessThanOrEqual(before));
  });

  // The last test: it stops the store.
  test('split the limit between processes during a store outage, and merge again afterwards', async () => {
    const limit = hourly(90);
    const half = Promise.all(Array.from({ length: 45 }, () => take(0, 'half', limit)));
    expect((await half).every((counted) => counted.allowed)).toBe(true);
    await world.away();
    const counted = await flood('share', limit, 100);
    expect(counted.every(({ degraded }) => degraded)).toBe(true);
    expect(allowedOf(counted)).toBe(90);
    // The known fill level still applies: half of the share is left if half of the limit was used.
    const rest = await Promise.all(Array.from({ length: 40 }, () => take(0, 'half', limit)));
    expect(rest.filter((each) => each.allowed)).toHaveLength(15);
    expect(await processes[0]?.acquire('tnt-a', 'away', 'one', 1, 1_000)).toBe(true);
    expect(await processes[0]?.acquire('tnt-a', 'away', 'two', 1, 1_000)).toBe(false);
    await expect(processes[0]?.forget('tnt-a', ['share'])).rejects.toMatchObject({ code: 'unavailable' });
    await world.back();
    for (const buckets of processes) {
      await eventually(async () => {
        expect(await buckets.take('tnt-a', `back ${processes.indexOf(buckets)}`, limit, 1)).toMatchObject({
          allowed: true,
          degraded: false,
        });
      });
    }
    expect(allowedOf(await flood('again', limit, 100))).toBe(90);
  });
});
