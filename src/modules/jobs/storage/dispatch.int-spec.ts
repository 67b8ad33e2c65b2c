import { systemContext } from '../../../kernel/context/call-context';
import { newId } from '../../../kernel/ids/ids';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { principalOf } from '../../auth/contract/principal.types';
import { submitterOf } from '../../auth/contract/submitter';
import type { JobRequest } from '../contract/job-request.types';
import { FROM_OUTSIDE } from '../job-insertion';
import { checkedRequest } from '../submitted-request';
import { Database } from '../../../kernel/database/database';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { openSidecarCore, type TestCore } from '../../../../test/support/test-core';
import { DispatchRepository, type WorkerSlots, type RunEnd, type RunKey } from './dispatch.repository';
import { ExecutorsRepository } from './executors.repository';
import { JobsRepository, type NewJobRow } from './jobs.repository';
import { StepsRepository } from './steps.repository';

let database: TestDatabase;
let core: TestCore;
let dispatch: DispatchRepository;
let executors: ExecutorsRepository;
let jobs: JobsRepository;
let steps: StepsRepository;
let afterTenant = '';

const sql = <Row extends object>(text: string, values: readonly unknown[] = []) =>
  queryAs<Row>(database.adminUrl, text, values);

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openSidecarCore(database);
  dispatch = new DispatchRepository(core.context.get(Database));
  executors = new ExecutorsRepository(core.context.get(Database));
  jobs = new JobsRepository(core.context.get(Database));
  steps = new StepsRepository(core.context.get(Database));
});

beforeEach(async () => {
  await sql('DELETE FROM jobs.jobs');
  await sql('DELETE FROM jobs.executors');
  await sql('DELETE FROM jobs.steps');
  await sql('DELETE FROM kernel.outbox');
  await sql('DELETE FROM jobs.events');
  afterTenant = '';
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

interface Claimed extends RunKey {
  readonly losses: number;
}

interface Queued {
  readonly tenant: string;
  readonly count?: number;
  readonly priority?: number;
  readonly type?: string;
  readonly kind?: string;
  readonly name?: string;
}

/** Inserts waiting jobs. Each batch has waited longer than the next batch. */
async function queue(...batches: readonly Queued[]): Promise<void> {
  for (const [index, { tenant, count = 1, priority = 5, type = 'sync', kind = 'k', name = 'j' }] of batches.entries()) {
    await sql(
      `INSERT INTO jobs.jobs (tenant_id, id, type, kind, request, priority, timeout_seconds, submitted_by, run_at, last_event)
       SELECT $1, $6 || '-' || $1 || '-' || n, $2, $7, '{}', $3, 60, '{}', now() - interval '1 hour' + $5 * interval '1 second', 1
       FROM generate_series(1, $4::int) AS n`,
      [tenant, type, priority, count, index, name, kind],
    );
  }
}

async function worker(protocol = 1, kinds: readonly string[] | null = null): Promise<string> {
  const id = newId('exe');
  await executors.join(id, 'here', protocol, { sync: kinds });
  return id;
}

const freePlaces = (places: number, most = 1_000, taken: Record<string, number> = {}) => {
  return { places, begins: true, most, taken };
};

async function claim(executorId: string, places: number, more: { perTenant?: number; free?: WorkerSlots } = {}) {
  const { perTenant = 1_000, free = { sync: freePlaces(places) } } = more;
  const order = { executorId, protocol: 1, free, perTenant, afterTenant, lookAt: 64 };
  const { jobs, lookedUpTo } = await dispatch.take(order);
  afterTenant = lookedUpTo ?? afterTenant;
  return jobs.map(({ tenant_id: tenantId, id, fence, losses }): Claimed => ({ tenantId, id, fence, losses }));
}

const stepsOf = (run: RunKey) => steps.of(run);

const tenantsOf = (claimed: readonly Claimed[]): string[] => claimed.map(({ tenantId }) => tenantId).sort();

describe('the next job', () => {
  it('is a tenant’s most urgent job, and among equally urgent jobs the one that has waited longest', async () => {
    await queue(
      { tenant: 'a', name: 'old' },
      { tenant: 'a', name: 'urgent', priority: 9 },
      { tenant: 'a', name: 'new' },
      { tenant: 'a', name: 'late', priority: 0 },
    );
    const exe = await worker();
    const order: string[] = [];
    for (let n = 0; n < 4; n += 1) order.push(...(await claim(exe, 1)).map(({ id }) => id));
    expect(order).toEqual(['urgent-a-1', 'old-a-1', 'new-a-1', 'late-a-1']);
    expect(await claim(exe, 1)).toEqual([]);
  });

  it('comes from each tenant in turn, regardless of job counts and priorities', async () => {
    await queue({ tenant: 'a', count: 20_000, priority: 9 }, { tenant: 'b', count: 3 }, { tenant: 'c', count: 3 });
    const exe = await worker();
    expect(tenantsOf(await claim(exe, 6))).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    // The tenant with the fewest running jobs comes first.
    await queue({ tenant: 'd', count: 2 });
    expect(tenantsOf(await claim(exe, 2))).toEqual(['d', 'd']);
  });

  it('comes from each tenant in turn, even if one poll cannot cover all of them', async () => {
    await queue(...Array.from({ length: 150 }, (_, n) => ({ tenant: `t${String(n).padStart(3, '0')}`, count: 2 })));
    const exe = await worker();
    const seen = new Set<string>();
    for (let n = 0; n < 15; n += 1) for (const { tenantId } of await claim(exe, 20)) seen.add(tenantId);
    expect(seen.size).toBe(150);
    expect(await claim(exe, 20)).toEqual([]);
  });

  it('is found even behind any number of suspended tenants', async () => {
    const held = Array.from({ length: 70 }, (_, n) => `h${String(n).padStart(3, '0')}`);
    const suspended = `INSERT INTO tenants.tenants (id, slug, name, status, plan)
      SELECT id, id, id, 'suspended', 'free' FROM unnest($1::text[]) AS t (id)`;
    await sql(suspended, [held]);
    await queue(...held.map((tenant) => ({ tenant })), { tenant: 'z' });
    const exe = await worker();
    expect([...(await claim(exe, 1)), ...(await claim(exe, 1))].map(({ tenantId }) => tenantId)).toEqual(['z']);
  });

  it('does not come from a tenant at its limit of running jobs across all workers and types', async () => {
    await queue({ tenant: 'a', count: 10 }, { tenant: 'a', count: 10, type: 'skill', name: 's' });
    const [one, two] = [await worker(), await worker()];
    const free: WorkerSlots = { sync: freePlaces(3), skill: freePlaces(3) };
    const both = await Promise.all([claim(one, 0, { perTenant: 5, free }), claim(two, 0, { perTenant: 5, free })]);
    expect(both.flat()).toHaveLength(5);
    expect(await claim(one, 5, { perTenant: 5 })).toEqual([]);
  });

  it('is of a kind that the worker accepts, even if other jobs have waited longer', async () => {
    const others = Array.from({ length: 70 }, (_, n) => ({ tenant: `a${n}`, count: 2 }));
    await queue(...others, { tenant: 'a1', kind: 'new', name: 'n' }, { tenant: 'z', kind: 'new' });
    const [old, newer] = [await worker(1, ['k']), await worker(1, ['new'])];
    expect((await claim(newer, 10)).map(({ id }) => id).sort()).toEqual(['j-z-1', 'n-a1-1']);
    expect(await claim(newer, 10)).toEqual([]);
    expect(await claim(old, 10)).toHaveLength(10);
  });

  it('is of a kind that the new worker accepts, even if a lost worker left it', async () => {
    await queue({ tenant: 'a' }, { tenant: 'a', kind: 'new', name: 'n' });
    const [dead, old, newer] = [await worker(), await worker(1, ['k']), await worker(1, ['new'])];
    await claim(dead, 2);
    await executors.leave(dead, 0);
    expect((await claim(old, 2)).map(({ id }) => id)).toEqual(['j-a-1']);
    expect((await claim(newer, 2)).map(({ id }) => id)).toEqual(['n-a-1']);
  });

  it('does not come from a tenant at its limit of slots on the worker', async () => {
    await queue({ tenant: 'a', count: 10 }, { tenant: 'b', count: 10 });
    const exe = await worker();
    const first = await claim(exe, 8, { free: { sync: freePlaces(8, 3, { a: 1 }) } });
    expect(tenantsOf(first)).toEqual(['a', 'a', 'b', 'b', 'b']);
    expect(await claim(exe, 3, { free: { sync: freePlaces(3, 3, { a: 3, b: 3 }) } })).toEqual([]);
    // A worker of the previous version does not send a limit.
    const { places, begins } = freePlaces(3);
    const free = { sync: { places, begins } } as unknown as WorkerSlots;
    expect(await claim(exe, 3, { free })).toHaveLength(3);
  });

  it('comes only from types with free slots on the worker, at most one per slot', async () => {
    await queue({ tenant: 'a', count: 5, type: 'skill', name: 's' }, { tenant: 'a', count: 5 });
    const exe = await worker();
    const claimed = await claim(exe, 2);
    expect(claimed.map(({ id }) => id)).toHaveLength(2);
    const types = await sql<{ type: string }>(`SELECT DISTINCT type FROM jobs.jobs WHERE place = 'held'`);
    expect(types).toEqual([{ type: 'sync' }]);
  });

  it('does not come from a suspended tenant until the tenant is active again', async () => {
    await sql(
      `INSERT INTO tenants.tenants (id, slug, name, status, plan) VALUES ('a', 'a', 'A', 'suspended', 'free')
       ON CONFLICT (id) DO UPDATE SET status = 'suspended'`,
    );
    await queue({ tenant: 'a', count: 3 }, { tenant: 'b', count: 1 });
    const exe = await worker();
    expect(tenantsOf(await claim(exe, 5))).toEqual(['b']);
    await sql(`UPDATE tenants.tenants SET status = 'active' WHERE id = 'a'`);
    expect(tenantsOf(await claim(exe, 5))).toEqual(['a', 'a', 'a']);
  });

  it('is assigned to only one of many workers that poll at the same time', async () => {
    await queue({ tenant: 'a', count: 100 }, { tenant: 'b', count: 100 });
    const all = await Promise.all(Array.from({ length: 10 }, async () => claim(await worker(), 30)));
    const ids = all.flat().map(({ id }) => id);
    expect(ids).toHaveLength(200);
    expect(new Set(ids).size).toBe(200);
  });
});

describe('a job that is stored by a worker that has reserved a slot for it', () => {
  /** Stores jobs in the same way as a submission. Returns the tenants of the jobs that were assigned to the worker. */
  async function submit(executorId: string, tenants: readonly string[], more: Partial<JobRequest> = {}) {
    const orders = tenants.map((tenantId) => order(tenantId, more));
    const rows = await jobs.insertAll(orders, executorId, 2);
    expect(rows.map(({ id }) => id).sort()).toEqual(orders.map(({ job }) => job.id).sort());
    const given = rows.filter(({ node }) => node === executorId);
    expect(given.every(({ fence, attempt, state }) => fence === 1 && attempt === 1 && state === 'running')).toBe(true);
    return given.map(({ tenant_id: tenant }) => tenant).sort();
  }

  it('is assigned to that worker, with its first events and the audit record of its submission', async () => {
    const exe = await worker();
    expect(await submit(exe, ['a'])).toEqual(['a']);
    const events = await sql<{ seq: number; type: string; data: object }>(
      'SELECT seq, type, data FROM jobs.events ORDER BY seq',
    );
    expect(events).toEqual([
      { seq: 1, type: 'created', data: { image: '' } },
      { seq: 2, type: 'scheduled', data: { node: exe, attempt: 1 } },
      { seq: 3, type: 'started', data: {} },
    ]);
    const audited = `SELECT FROM kernel.outbox AS o JOIN jobs.jobs AS j ON o.payload->>'resourceId' = j.id`;
    expect(await sql(audited)).toHaveLength(1);
  });

  it('waits when its tenant is at its limit of running jobs, including those submitted with it', async () => {
    const [exe, other] = [await worker(), await worker()];
    await queue({ tenant: 'a' });
    expect(await claim(other, 1)).toHaveLength(1);
    expect(await submit(exe, ['a', 'a', 'b', 'b', 'b'])).toEqual(['a', 'b', 'b']);
    expect(await sql(`SELECT FROM jobs.jobs WHERE place = 'ready'`)).toHaveLength(2);
  });

  it('waits behind jobs of its tenant that are already waiting', async () => {
    const exe = await worker();
    await queue({ tenant: 'a' });
    expect(await submit(exe, ['a', 'b'])).toEqual(['b']);
  });

  it('waits when its tenant is suspended', async () => {
    const exe = await worker();
    await sql(`INSERT INTO tenants.tenants (id, slug, name, status, plan) VALUES ('s', 's', 'S', 'suspended', 'free')`);
    expect(await submit(exe, ['s', 'b'])).toEqual(['b']);
  });

  it('waits when the worker was declared dead', async () => {
    const exe = await worker();
    await executors.leave(exe, 0);
    expect(await submit(exe, ['a'])).toEqual([]);
    expect(await claim(await worker(), 1)).toHaveLength(1);
  });

  it('is not stored in a transaction of a different tenant', async () => {
    const within = core.context.get(Database).tenantTransaction('b', (tx) => jobs.insertWithin(tx, order('a')));
    await expect(within).rejects.toThrow('A job of another tenant.');
    expect(await sql('SELECT FROM jobs.jobs')).toEqual([]);
  });

  function order(tenantId: string, more: Partial<JobRequest> = {}): NewJobRow {
    const context = systemContext('req-dispatch', tenantId);
    const id = newId('job');
    const audited = { action: 'job.submit', resourceType: 'job', resourceId: id };
    const request = { ...checkedRequest({ type: 'sync', kind: 'k' }), ...more };
    const from = { submitter: submitterOf(context), principal: principalOf(context), ...FROM_OUTSIDE };
    return {
      job: { tenantId, id, request, timeoutSeconds: 60, ...from },
      staged: stagedAuditEvent(auditEvent(context, audited, 1)),
      hasPlace: true,
      begins: true,
    };
  }
});

describe('a job of a lost worker', () => {
  /** Returns a job that runs on a worker, with a finished step. */
  async function running(exe: string): Promise<Claimed> {
    await queue({ tenant: 'a' });
    const [claimed] = await claim(exe, 1);
    if (claimed === undefined) throw new Error('No job was assigned.');
    await steps.keep([{ ...claimed, number: 1, name: 'first', result: null }]);
    return claimed;
  }

  it('is taken over once, by a live worker, and keeps its finished steps', async () => {
    const [dead, next, other] = [await worker(), await worker(), await worker()];
    const job = await running(dead);
    expect(await claim(next, 1)).toEqual([]);
    expect(await executors.leave(dead, 0)).toBe(true);
    const taken = (await Promise.all([claim(next, 1), claim(other, 1)])).flat();
    expect(taken).toEqual([{ ...job, fence: job.fence + 1, losses: 1 }]);
    expect(await stepsOf(job)).toEqual([{ number: 1, name: 'first', result: null }]);
    const events = await sql<{ seq: number; type: string }>('SELECT seq, type FROM jobs.events ORDER BY seq');
    expect(events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      '2 scheduled',
      '3 started',
      '4 scheduled',
      '5 started',
    ]);
  });

  it('is not taken from a worker that has sent a new heartbeat', async () => {
    const exe = await worker();
    const beat = () => sql('SELECT * FROM jobs.beat($1)', [exe]);
    await beat();
    expect(await executors.leave(exe, 0)).toBe(false);
    expect(await beat()).toHaveLength(1);
    expect(await executors.leave(exe, 2)).toBe(true);
    expect(await beat()).toEqual([]);
    await queue({ tenant: 'a' });
    expect(await claim(exe, 1)).toEqual([]);
  });

  it('does not accept any more reports from its previous run', async () => {
    const [dead, next] = [await worker(), await worker()];
    const { tenantId, id, fence } = await running(dead);
    await executors.leave(dead, 0);
    await claim(next, 1);
    const before = await sql('SELECT * FROM jobs.jobs');
    const late = { tenantId, id, fence };
    expect(await steps.keep([{ ...late, number: 2, name: 'late', result: 1 }])).toEqual(new Set());
    expect(await stepsOf(late)).toHaveLength(1);
    await dispatch.report([{ ...late, kind: 'progress', percent: 90, stage: 'late', detail: null }], 10);
    await dispatch.finish([{ ...late, state: 'succeeded', exitCode: 0, data: {} }], ['sync']);
    expect(await sql('SELECT * FROM jobs.jobs')).toEqual(before);
    expect(await dispatch.stopped([late])).toEqual([{ id, fence, is_over: false }]);
  });

  it('is restarted by workers of a different protocol when no worker of its own protocol is left', async () => {
    const [dead, same, newer] = [await worker(2), await worker(2), await worker()];
    await sql(`UPDATE jobs.executors SET protocol = 1 WHERE id = $1`, [dead]);
    const job = await running(dead);
    await sql(`UPDATE jobs.executors SET protocol = 2 WHERE id = $1`, [dead]);
    await executors.leave(dead, 0);
    expect(await claim(newer, 1)).toEqual([]);
    await executors.leave(same, 0);
    expect(await claim(newer, 1)).toEqual([{ ...job, fence: job.fence + 1, losses: 1 }]);
    expect(await stepsOf(job)).toEqual([]);
  });

  it('does not count a loss when its worker shut down normally', async () => {
    const [ended, next] = [await worker(), await worker()];
    await running(ended);
    await executors.leave(ended, null);
    expect(await claim(next, 1)).toMatchObject([{ losses: 0 }]);
  });
});

describe('a job without a runner', () => {
  const failed = () => executors.failWithoutRunner(900, 100, 'No worker.');
  /** Moves the last heartbeat of all workers back by this many seconds. */
  const silence = (seconds: number) =>
    sql('UPDATE jobs.executors SET beat_at = now() - make_interval(secs => $1)', [seconds]);

  it('waits and is counted, and fails when no worker that accepts it has reported for a long time', async () => {
    await queue({ tenant: 'a' }, { tenant: 'b', count: 2, kind: 'old', name: 'o' });
    const [exe, older] = [await worker(1, ['k']), await worker(1, ['old'])];
    await claim(older, 1);
    await executors.leave(older, null);
    expect([await executors.withoutRunner(60, 100), await failed()]).toEqual([[], 0]);
    await silence(120);
    await sql(`UPDATE jobs.executors SET gone_at = beat_at WHERE id = $1`, [older]);
    await sql('SELECT FROM jobs.beat($1)', [exe]);
    expect(await executors.withoutRunner(60, 100)).toEqual([{ type: 'sync', kinds: ['old'], count: 2 }]);
    expect(await failed()).toBe(0);
    await silence(1_000);
    await sql(`UPDATE jobs.executors SET gone_at = beat_at WHERE id = $1`, [older]);
    await sql('SELECT FROM jobs.beat($1)', [exe]);
    expect(await failed()).toBe(2);
    const rows = await sql('SELECT tenant_id, state, error_code, error FROM jobs.jobs ORDER BY tenant_id, id');
    const ended = { tenant_id: 'b', state: 'failed', error_code: 'no_runner', error: 'No worker.' };
    expect(rows).toEqual([{ tenant_id: 'a', state: 'pending', error_code: null, error: null }, ended, ended]);
    expect(await sql(`SELECT data FROM jobs.events WHERE type = 'failed'`)).toEqual(
      [1, 2].map(() => ({ data: { exitCode: 1, error: { code: 'no_runner', message: 'No worker.' } } })),
    );
  });
});

describe('an ended job', () => {
  it('is deleted some days after its end, with everything that belongs to it', async () => {
    await queue({ tenant: 'a', count: 3 });
    const exe = await worker();
    const claimed = await claim(exe, 2);
    const ends = claimed.map(({ tenantId, id, fence }) => {
      return { tenantId, id, fence, state: 'succeeded' as const, exitCode: 0, data: {} };
    });
    const [first] = claimed;
    if (first === undefined) throw new Error('No job was assigned.');
    await steps.keep([{ ...first, number: 1, name: 'first', result: { of: 'it' } }]);
    expect(await dispatch.finish(ends, ['sync'])).toBe(true);
    expect(await dispatch.finish([{ ...ends[0], tenantId: 'b' } as RunEnd], ['sync'])).toBe(false);
    expect(await stepsOf(first)).toEqual([]);
    expect(await steps.keep([{ ...first, number: 2, name: 'late', result: 1 }])).toEqual(new Set());
    await sql(`UPDATE jobs.jobs SET finished_at = now() - interval '31 days' WHERE id = $1`, [claimed[0]?.id]);
    expect(await executors.sweep(30, 100)).toBe(1);
    expect(await sql('SELECT FROM jobs.jobs')).toHaveLength(2);
    expect(await sql('SELECT DISTINCT job_id FROM jobs.events')).toEqual([{ job_id: claimed[1]?.id }]);
  });
});
