import { randomInt } from 'node:crypto';
import { eventually } from '../../test/support/eventually';
import { queryAs } from '../../test/support/test-database';
import { AskBoth } from '../../test/support/walls/ask-both';
import { type FilledTenant, fillTenant } from '../../test/support/walls/fill-tenant';
import { OPERATIONS } from '../../test/support/walls/places';
import { type CrossTenantRequest, CrossTenantRequests } from '../../test/support/walls/random-request';
import { changedTables, rowsOf } from '../../test/support/walls/rows-of';
import { Twins } from '../../test/support/walls/twins';
import { openWallsWorld, type WallsWorld } from '../../test/support/walls/walls-world';

/** Each run draws different requests. Both boundaries are active as usual, as in all other tests. */
const REQUESTS_OF_BOTH_WALLS = 1_500;
const REQUESTS_OF_ONE = 4_000;
const AT_ONCE = 6;
/** A failure reports the seed; set that number here to repeat the same requests. */
const SEED = randomInt(2 ** 31);

/** Tables in which a tenant need not have a row, with the reason for each. */
const MAY_BE_EMPTY: Readonly<Record<string, string>> = {
  'audit.checkpoints': 'The log is signed on its own schedule.',
  'audit.earlier_events': 'Events from before the chain existed.',
  'events.staged': 'Records in transit.',
  'kernel.outbox': 'Records in transit.',
  'oauth.assertions': 'Records that a client has used an assertion.',
  'policy.decisions': 'Decisions are written asynchronously.',
  'rate_limit.buckets': 'Counts of calls, which a request cannot name.',
  'rate_limit.leases': 'The same.',
  'rate_limit.usage': 'The same.',
  'saml.shown_assertions': 'Records that an assertion was used.',
  'token_events.staged': 'Records in transit.',
  'users.password_links': 'They can be reached only through a link in an email.',
};

/** Tables of the other tenant that can change on their own or for a legitimate reason, each with that reason. */
const MAY_CHANGE: Readonly<Record<string, string>> = {
  'apps.secrets': 'The time of the last use is written later.',
  'audit.checkpoints': 'The log is signed on its own schedule.',
  'audit.events': 'A sign-in is recorded in the tenant where the person signs in; a test below checks those records.',
  'audit.heads': 'The same.',
  'audit.leaves': 'The same.',
  'audit.persons': 'The same.',
  'credentials.keys': 'The time of the last use is written later.',
  'kernel.outbox': 'Records in transit.',
  'policy.decisions': 'Decisions are written asynchronously.',
};

let world: WallsWorld;
let other: FilledTenant;
let requests: CrossTenantRequests;
let asking: AskBoth;
let filledAt: Date;

beforeAll(async () => {
  world = await openWallsWorld();
  const own = await fillTenant(world, 'own', 'own-word');
  other = await fillTenant(world, 'other', 'zq7secret');
  const twins = new Twins(Object.values(other.handles).flat());
  twins.addCursors(Object.values(other.cursors));
  requests = new CrossTenantRequests(own, other, twins);
  asking = new AskBoth(world, twins, other.hidden);
  // All events of the tenant so far have been moved to their logs.
  await eventually(async () => {
    const rows = await rowsOf(world.database, other.id);
    expect([rows['events.staged']?.count, rows['token_events.staged']?.count]).toEqual([0, 0]);
  });
  filledAt = new Date();
});

afterAll(() => world.close());

/** Sends all requests: requests about the same resources one after the other, the rest in parallel. Returns the first faults. */
async function wrongOf(all: readonly CrossTenantRequest[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  const queues = [...Map.groupBy(all, ({ resource }) => resource).values()].sort((a, b) => b.length - a.length);
  const work = async (): Promise<void> => {
    for (let queue = queues.shift(); queue; queue = queues.shift()) {
      for (const request of queue) {
        const { name, foreign } = request;
        const faults = (await asking.faultsOf(request)).map(
          (fault) => `${name}, ${foreign.target} ${foreign.body}\n${fault}`,
        );
        wrong.push(...faults.map((fault) => `seed ${SEED}: ${fault.slice(0, 2_000)}`));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong.slice(0, 10);
}

/** Runs an action, and returns the tables of the other tenant that it has changed. */
async function changedBy(act: () => Promise<void>): Promise<readonly string[]> {
  const before = await rowsOf(world.database, other.id);
  await act();
  const changed = changedTables(before, await rowsOf(world.database, other.id));
  return changed.filter((table) => !(table in MAY_CHANGE));
}

/** Lowers the boundary only during requests, because the test itself looks up rows by tenant. */
async function withFirstWallDown<T>(act: () => Promise<T>): Promise<T> {
  world.statements.isFirstWallDown = true;
  try {
    return await act();
  } finally {
    world.statements.isFirstWallDown = false;
  }
}

describe('random requests for another tenant’s resources', () => {
  it('cover nearly all operations and every kind of resource', async () => {
    expect(OPERATIONS.length).toBeGreaterThan(240);
    const empty = Object.entries(await rowsOf(world.database, other.id)).filter(([, { count }]) => count === 0);
    expect(empty.map(([table]) => table).filter((table) => !(table in MAY_BE_EMPTY))).toEqual([]);
  });

  it('get the same response as requests for unknown resources, with the same statements, and do not change anything', async () => {
    const changed = await changedBy(async () => {
      const all = [...requests.repeated(), ...requests.nameless(), ...requests.sample(REQUESTS_OF_BOTH_WALLS, SEED)];
      expect(await wrongOf(all)).toEqual([]);
    });
    expect(changed).toEqual([]);
  });

  it('get the same response if repositories do not compare tenants and row security is the only boundary', async () => {
    const changed = await changedBy(async () => {
      const all = requests.sample(REQUESTS_OF_ONE, SEED + 1);
      expect(await withFirstWallDown(() => wrongOf(all))).toEqual([]);
    });
    expect(changed).toEqual([]);
    expect(world.statements.opened.size).toBeGreaterThan(100);
  });

  it('are recorded for the other tenant only if they try to sign in there', async () => {
    const recorded = await queryAs<{ what: string }>(
      world.database.adminUrl,
      `SELECT DISTINCT action || ' ' || outcome AS what FROM audit.events WHERE tenant_id = $1 AND ts > $2`,
      [other.id, filledAt],
    );
    expect(recorded.filter(({ what }) => what !== 'user.sign_in denied')).toEqual([]);
  });

  it('are detected as faults if no boundary is left', async () => {
    await queryAs(world.database.adminUrl, 'ALTER TABLE projects.projects DISABLE ROW LEVEL SECURITY');
    const all = requests.sample(3_000, SEED + 2).filter(({ resource }) => resource === 'projects');
    expect(await withFirstWallDown(() => wrongOf(all))).not.toEqual([]);
  });
});
