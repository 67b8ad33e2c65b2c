import { Injectable } from '@nestjs/common';
import { eventually } from '../../../test/support/eventually';
import { inTenant, type JobsWorld, openJobsWorld } from '../../../test/support/jobs-world';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import type { AuthPort, PrincipalAct, PrincipalVerdict } from '../auth/contract/auth.port';
import type { Principal } from '../auth/contract/principal.types';
import { InlineJobsPort } from './contract/inline-jobs.port';
import type { JobRun, RunnableJob } from './contract/job-runner';
import type { NewJob } from './contract/job-request.types';
import type { JsonValue } from './contract/job.types';
import { StartAuthorizationPort } from './contract/start-authorization.port';
import { SyncTask } from './contract/sync-task';

const WORK: NewJob = { type: 'sync', kind: 'reports/make' };
const AWAY: PrincipalVerdict = { allowed: false, code: 'unavailable', reason: '', outage: 'sidecar_unavailable' };
const DENIED: PrincipalVerdict = { allowed: false, code: 'denied', reason: 'not by this policy' };

/** Returns the decisions that a test sets, and records the requests. */
class Decisions implements Pick<AuthPort, 'authorizePrincipal'> {
  readonly asked: { readonly principal: Principal; readonly act: PrincipalAct }[] = [];
  verdict: (act: PrincipalAct) => PrincipalVerdict = () => ({ allowed: true });

  readonly authorizePrincipal = (
    _context: CallContext,
    principal: Principal,
    act: PrincipalAct,
  ): Promise<PrincipalVerdict> => {
    this.asked.push({ principal, act });
    return Promise.resolve(this.verdict(act));
  };
}

@Injectable()
class Make extends SyncTask {
  readonly kind = 'reports/make';
  run(): Promise<JsonValue> {
    return Promise.resolve('made');
  }
}

/** A task that submits another job. */
@Injectable()
class Parent extends SyncTask {
  readonly kind = 'reports/all';
  async run(_job: RunnableJob, run: JobRun): Promise<JsonValue> {
    const { id } = await run.submit(WORK);
    return { child: id };
  }
}

let database: TestDatabase;
let world: JobsWorld;
const auth = new Decisions();

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openJobsWorld(database, { tasks: [Make, Parent], auth });
});

afterAll(async () => {
  await world.close();
  await database.drop();
});

afterEach(() => {
  auth.verdict = () => ({ allowed: true });
});

const caller = (): CallContext =>
  inTenant(newId('tnt'), { actor: { type: 'user', id: 'usr-1' }, scopes: ['jobs.write'] });
const jobsOf = ({ tenantId }: CallContext) =>
  queryAs(database.adminUrl, 'SELECT id FROM jobs.jobs WHERE tenant_id = $1', [tenantId]);

describe('work', () => {
  it.each<[string, (context: CallContext) => Promise<unknown>]>([
    ['submitted', (context) => world.jobs.submit(context, WORK)],
    ['run while its caller waits', (context) => world.get(InlineJobsPort).run(context, WORK, { withinMs: 1_000 })],
    ['put on a schedule', (context) => world.schedules.put(context, 'nightly', { cron: '0 3 * * *', job: WORK })],
    [
      'checked by a different module',
      (context) => world.get(StartAuthorizationPort).assert(context, { ...WORK, image: '' }),
    ],
  ])('is refused or unavailable, and not stored, when it is %s', async (_way, start) => {
    const context = caller();
    auth.verdict = () => DENIED;
    await expect(start(context)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('not by this policy') as string,
    });
    auth.verdict = () => AWAY;
    await expect(start(context)).rejects.toMatchObject({ code: 'unavailable', reason: 'sidecar_unavailable' });
    expect(await jobsOf(context)).toEqual([]);
    expect(await world.schedules.list(context)).toEqual([]);
  });

  it('is authorized again when a job is requeued', async () => {
    const context = caller();
    const { id } = await world.jobs.submit(context, { ...WORK, delaySeconds: 3_600 });
    await world.jobs.cancel(context, id, '');
    auth.verdict = () => DENIED;
    await expect(world.jobs.requeue(context, id)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await jobsOf(context)).toHaveLength(1);
  });

  it('is authorized for the calling principal, with the action and scope of the API for its type', async () => {
    const token = {
      ids: ['one', 'two'],
      userId: 'usr-1',
      grantId: 'grt-1',
      sessionId: null,
      issuedAt: 1_700_000_000,
      expiresAt: 1_700_000_300,
    };
    const context = { ...caller(), token, credentialId: 'crd-1', appId: 'app-1' };
    const start = world.get(StartAuthorizationPort);
    const image = 'wfl-01hzzzzzzzzzzzzzzzzzzzzzzz:3';
    for (const work of [
      { type: 'skill', kind: 'translate', image: '' },
      { type: 'workflow', kind: 'nightly', image },
      { type: 'container', kind: 'report', image: 'report:3' },
    ] as const) {
      await start.assert(context, work);
    }
    expect(auth.asked.slice(-3).map(({ act }) => [act.action, act.resource, act.requiredScope])).toEqual([
      ['skill.run', 'skill/translate', 'skills.run'],
      ['workflow.trigger', 'workflow/wfl-01hzzzzzzzzzzzzzzzzzzzzzzz', 'workflows.write'],
      ['job.submit', 'job', 'jobs.write'],
    ]);
    expect(auth.asked.at(-1)?.principal).toMatchObject({
      actor: { type: 'user', id: 'usr-1' },
      appId: 'app-1',
      scopes: ['jobs.write'],
      credentialId: 'crd-1',
      grantId: 'grt-1',
      tokenIds: ['one', 'two'],
      issuedAt: 1_700_000_000,
      expiresAt: null,
    });
  });

  it('is not authorized again for an action that the caller has already authorized, but is authorized for any other action', async () => {
    const decided = { action: 'skill.run', resource: 'skill/translate' };
    const context = { ...caller(), decided };
    const start = world.get(StartAuthorizationPort);
    auth.verdict = () => DENIED;
    await start.assert(context, { type: 'skill', kind: 'translate', image: '' });
    await expect(start.assert(context, { type: 'skill', kind: 'other', image: '' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('a job that another job submits', () => {
  it('is authorized as its submitter, and a denial fails its parent', async () => {
    const context = caller();
    auth.verdict = ({ resource }) => (resource === 'reports/make' ? DENIED : { allowed: true });
    const { id } = await world.jobs.submit(context, { type: 'sync', kind: 'reports/all' });
    const parent = await world.ended(context, id);
    expect(parent).toMatchObject({ state: 'failed', attempt: 1 });
    expect(parent.error?.message).toContain('not by this policy');
    expect(await jobsOf(context)).toHaveLength(1);
  });

  it('neither runs nor fails while no decision is available', async () => {
    const context = caller();
    let asked = 0;
    auth.verdict = ({ resource }) => {
      if (resource !== 'reports/make') return { allowed: true };
      asked += 1;
      return AWAY;
    };
    const { id } = await world.jobs.submit(context, { type: 'sync', kind: 'reports/all' });
    for (const times of [1, 2]) {
      await eventually(async () => {
        await world.jobs.wake(context, id);
        expect(asked).toBeGreaterThanOrEqual(times);
      });
      expect(await world.jobs.get(context, id)).toMatchObject({ state: 'running', error: null });
    }
    expect(await jobsOf(context)).toHaveLength(1);
    auth.verdict = () => ({ allowed: true });
    await eventually(async () => {
      await world.jobs.wake(context, id);
      expect(await jobsOf(context)).toHaveLength(2);
    });
    expect(await world.ended(context, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await jobsOf(context)).toHaveLength(2);
  });
});
