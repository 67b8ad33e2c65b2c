import { Injectable } from '@nestjs/common';
import { eventually } from '../../../../test/support/eventually';
import { inTenant, type JobsWorld, openJobsWorld } from '../../../../test/support/jobs-world';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import type { CallContext } from '../../../kernel/context/call-context';
import { newId } from '../../../kernel/ids/ids';
import type { PrincipalVerdict } from '../../auth/contract/auth.port';
import { JobRunner, type JobOutcome, type JobRun, type RunnableJob } from '../contract/job-runner';
import { AuthorityCheckTask } from '../authority-check-task';
import type { NewJob } from '../contract/job-request.types';
import { JOB_TYPES, type JobType, type JsonValue } from '../contract/job.types';
import { SyncTask } from '../contract/sync-task';

const ran = new Set<string>();

abstract class NotingRunner extends JobRunner {
  readonly kinds = null;
  readonly slots = 4;

  run({ job }: RunnableJob, _run: JobRun): Promise<JobOutcome> {
    ran.add(job.id);
    return Promise.resolve({ result: 'ran' });
  }
}

@Injectable()
class SkillRunner extends NotingRunner {
  readonly type = 'skill';
}

@Injectable()
class WorkflowRunner extends NotingRunner {
  readonly type = 'workflow';
}

@Injectable()
class ContainerRunner extends NotingRunner {
  readonly type = 'container';
}

@Injectable()
class Task extends SyncTask {
  readonly kind = 'test/task';

  run({ job }: RunnableJob): Promise<JsonValue> {
    ran.add(job.id);
    return Promise.resolve('ran');
  }
}

const ALLOWED: PrincipalVerdict = { allowed: true };
const DENIED: PrincipalVerdict = { allowed: false, code: 'user_inactive', reason: 'The user is suspended.' };
const UNDECIDED: PrincipalVerdict = { allowed: false, code: 'unavailable', reason: 'No decision is possible now.' };

let database: TestDatabase;
let world: JobsWorld;
let verdict: PrincipalVerdict;
/** The verdicts for some tenants' work; `verdict` applies to all other tenants. */
const verdicts = new Map<string, PrincipalVerdict>();
let asked = 0;
const context = inTenant(newId('tnt'));

beforeAll(async () => {
  verdict = ALLOWED;
  database = await createTestDatabase();
  world = await openJobsWorld(database, {
    runners: [SkillRunner, WorkflowRunner, ContainerRunner],
    tasks: [Task],
    auth: {
      authorizePrincipal: ({ tenantId }) => {
        asked += 1;
        return Promise.resolve(verdicts.get(tenantId ?? '') ?? verdict);
      },
    },
  });
});

afterAll(async () => {
  await world.close();
  await database.drop();
});

/** Returns the id of a waiting job, submitted by a caller who is allowed to run it. */
async function waiting(type: JobType): Promise<string> {
  verdict = ALLOWED;
  const job: NewJob = { type, kind: type === 'sync' ? 'test/task' : 'thing', delaySeconds: 3_600 };
  return (await eventually(() => world.jobs.submit(context, job))).id;
}

describe.each(JOB_TYPES)('a queued job of the type %s', (type) => {
  it('fails without running when its authority has ended, and the audit log records why', async () => {
    const id = await waiting(type);
    verdict = DENIED;
    await world.jobs.wake(context, id);
    expect(await world.ended(context, id)).toMatchObject({
      state: 'failed',
      attempt: 1,
      error: { code: 'denied', message: expect.stringContaining('The user is suspended.') as string },
    });
    expect(ran.has(id)).toBe(false);
    const sql = `SELECT payload ->> 'action' AS action, payload ->> 'reason' AS reason FROM kernel.outbox
      WHERE payload ->> 'resourceId' = $1 AND payload ->> 'outcome' = 'denied'`;
    expect(await queryAs(database.adminUrl, sql, [id])).toEqual([{ action: 'job.run', reason: 'user_inactive' }]);
  });

  it('neither runs nor fails while no decision is available, and runs when it is allowed', async () => {
    const id = await waiting(type);
    verdict = UNDECIDED;
    const before = asked;
    await world.jobs.wake(context, id);
    await eventually(async () => {
      const sql = 'SELECT place, state FROM jobs.jobs WHERE id = $1 AND attempt = 1';
      expect(asked).toBeGreaterThan(before);
      expect(await queryAs(database.adminUrl, sql, [id])).toEqual([{ place: 'delayed', state: 'running' }]);
    });
    expect(ran.has(id)).toBe(false);
    verdict = ALLOWED;
    await world.jobs.wake(context, id);
    expect(await world.ended(context, id)).toMatchObject({ state: 'succeeded', result: 'ran', attempt: 1 });
  });
});

describe('a tenant whose policy does not return a decision', () => {
  const job: NewJob = { type: 'skill', kind: 'thing' };
  const undecided: PrincipalVerdict = { allowed: false, code: 'not_boolean', reason: 'The rule returned a string.' };
  const [its, others] = [inTenant(newId('tnt')), inTenant(newId('tnt'))];

  beforeEach(() => {
    verdict = ALLOWED;
    verdicts.clear();
  });

  it('does not delay the cancellation of other tenants’ denied jobs', async () => {
    const submit = (by: CallContext) => world.jobs.submit(by, { ...job, delaySeconds: 3_600 });
    await submit(its);
    const { id } = await submit(others);
    await submit(its);
    verdicts.set(its.tenantId ?? '', undecided).set(others.tenantId ?? '', DENIED);
    await world.get(AuthorityCheckTask).sweep(0, 0);
    expect(await world.jobs.get(others, id)).toMatchObject({ state: 'cancelled' });
  });

  it('does not delay schedules of other tenants, regardless of how many of its own schedules are due', async () => {
    const schedule = { cron: '0 0 1 1 *', timeZone: 'UTC', job, paused: false };
    const mine = await world.schedules.put(its, 'mine', schedule);
    await world.schedules.put(others, 'theirs', schedule);
    verdicts.set(its.tenantId ?? '', undecided);
    await queryAs(
      database.adminUrl,
      `INSERT INTO jobs.schedules SELECT (jsonb_populate_record(s, jsonb_build_object(
         'id', s.id || n, 'name', s.name || n, 'next_at', now() - interval '1 hour'))).*
       FROM jobs.schedules AS s, generate_series(1, 300) AS n WHERE s.id = $1`,
      [mine.id],
    );
    await queryAs(database.adminUrl, 'UPDATE jobs.schedules SET next_at = now() WHERE tenant_id = $1', [
      others.tenantId,
    ]);
    await eventually(async () => {
      expect((await world.schedules.get(others, 'theirs')).lastJobId).not.toBeNull();
    });
    // The tenant's own schedules wait and are not lost.
    const sql = 'SELECT FROM jobs.schedules WHERE tenant_id = $1 AND next_at < now() AND last_at IS NULL';
    expect(await queryAs(database.adminUrl, sql, [its.tenantId])).toHaveLength(300);
  });
});
