import { type CallContext, systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { webhookHeaders } from '../../src/kernel/network/webhook-signature';
import { JobSchedulesPort } from '../../src/modules/jobs/contract/job-schedules.port';
import { JobsPort } from '../../src/modules/jobs/contract/jobs.port';
import { jobQuery } from '../../src/modules/jobs/contract/job-query.types';
import { GroupsPort } from '../../src/modules/users/contract/groups.port';
import { newGroup } from '../../src/modules/users/contract/groups.types';
import { workflowDefinition } from '../../src/modules/workflows/contract/workflow-definition.types';
import { WorkflowHooksPort } from '../../src/modules/workflows/contract/workflow-hooks.port';
import { WorkflowTriggersPort } from '../../src/modules/workflows/contract/workflow-triggers.port';
import type { Workflow } from '../../src/modules/workflows/contract/workflows.types';
import { WorkflowsPort } from '../../src/modules/workflows/contract/workflows.port';
import type { TestCore } from './test-core';
import { queryAs, type TestDatabase } from './test-database';

/** Work that outlives the call that created it. */
export const STANDING_WORK = ['a schedule', 'a cron trigger', 'an event trigger', 'a hook', 'a queued job'] as const;
export type StandingKind = (typeof STANDING_WORK)[number];

/** The scopes required to create it. */
export const STANDING_SCOPES = ['workflows.read', 'workflows.write', 'jobs.read', 'jobs.write'];

/** One piece of standing work. */
export interface StandingPiece {
  /** The id of its audit resource. */
  readonly resourceId: string;
  /** Triggers it. */
  readonly fire: () => Promise<void>;
  /** Returns whether the work has run, or `ended` if it will never run. */
  readonly state: () => Promise<'ran' | 'ended' | 'waiting'>;
}

const YEARLY = '0 0 1 1 *';

/** Creates standing work for a caller and checks its state, in one tenant. */
export class StandingWork {
  private readonly system: CallContext;

  constructor(
    private readonly core: TestCore,
    private readonly database: TestDatabase,
    tenantId: string,
  ) {
    this.system = systemContext(newId('req'), tenantId);
  }

  setUp(kind: StandingKind, caller: CallContext): Promise<StandingPiece> {
    switch (kind) {
      case 'a schedule':
        return this.schedule(caller);
      case 'a cron trigger':
        return this.cron(caller);
      case 'an event trigger':
        return this.event(caller);
      case 'a hook':
        return this.hook(caller);
      case 'a queued job':
        return this.job(caller);
    }
  }

  private get<T extends object>(port: abstract new (...args: never[]) => T): T {
    return this.core.context.get(port, { strict: false });
  }

  private flow(caller: CallContext, trigger: object = { type: 'manual' }): Promise<Workflow> {
    const steps = [{ id: 'a', type: 'wait', seconds: 0 }];
    const name = `flow-${newId('wfl').slice(-12)}`;
    return this.get(WorkflowsPort).create(caller, workflowDefinition.parse({ name, trigger, steps }));
  }

  private async schedule(caller: CallContext): Promise<StandingPiece> {
    const { id: image, name: kind } = await this.flow(this.system);
    const job = { type: 'workflow', kind, image } as const;
    const { id, name } = await this.get(JobSchedulesPort).put(caller, 'standing', { cron: YEARLY, job });
    return this.scheduled(id, name, async () => (await this.get(JobSchedulesPort).get(this.system, name)).pauseReason);
  }

  private async cron(caller: CallContext): Promise<StandingPiece> {
    const { id } = await this.flow(caller, { type: 'schedule', cron: YEARLY });
    const name = `workflows/${id}`;
    const schedule = await this.get(JobSchedulesPort).get(this.system, name);
    return this.scheduled(schedule.id, name, () => this.pauseReason(id));
  }

  private scheduled(id: string, name: string, pauseReason: () => Promise<string | null>): StandingPiece {
    return {
      resourceId: id,
      fire: () =>
        this.change(
          `UPDATE jobs.schedules SET next_at = now() - interval '1 minute' WHERE id = $1 AND next_at IS NOT NULL`,
          id,
        ),
      state: async () => {
        if ((await pauseReason()) !== null) return 'ended';
        const { lastJobId } = await this.get(JobSchedulesPort).get(this.system, name);
        return lastJobId === null ? 'waiting' : this.jobState(lastJobId);
      },
    };
  }

  private async event(caller: CallContext): Promise<StandingPiece> {
    const workflow = await this.flow(caller, { type: 'event', event: 'coresdk.group.created' });
    const displayName = `Group ${workflow.name}`;
    return this.triggered(workflow, async () => {
      await this.get(GroupsPort).create(this.system, newGroup.parse({ displayName }));
    });
  }

  private async hook(caller: CallContext): Promise<StandingPiece> {
    const workflow = await this.flow(caller, { type: 'webhook' });
    const { secret } = await this.get(WorkflowHooksPort).rotateSecret(this.system, workflow.id, { overlapSeconds: 0 });
    return this.triggered(workflow, async () => {
      const message = { id: newId('req'), seconds: Math.floor(Date.now() / 1_000), body: '{}' };
      const headers = webhookHeaders([secret], message);
      const from = { requestId: newId('req'), ip: null, traceparent: null };
      const called = this.get(WorkflowHooksPort).receive({
        workflowId: workflow.id,
        id: headers['webhook-id'] ?? '',
        timestamp: headers['webhook-timestamp'] ?? '',
        signature: headers['webhook-signature'] ?? '',
        body: Buffer.from(message.body),
        from,
      });
      // A paused hook responds in the same way as a nonexistent one.
      await called.catch((error: unknown) => expect(error).toMatchObject({ code: 'unauthorized' }));
    });
  }

  private triggered({ id, name }: Workflow, fire: () => Promise<void>): StandingPiece {
    return {
      resourceId: id,
      fire,
      state: async () => {
        if ((await this.pauseReason(id)) !== null) return 'ended';
        const { items } = await this.get(JobsPort).list(this.system, jobQuery.parse({ kind: name }));
        const [job] = items;
        return job === undefined ? 'waiting' : this.jobState(job.id);
      },
    };
  }

  private async job(caller: CallContext): Promise<StandingPiece> {
    const { id: image, name: kind } = await this.flow(this.system);
    const request = { type: 'workflow', kind, image, delaySeconds: 3_600 } as const;
    const { id } = await this.get(JobsPort).submit(caller, request);
    return {
      resourceId: id,
      fire: () => this.change('UPDATE jobs.jobs SET run_at = now() WHERE id = $1', id),
      state: () => this.jobState(id),
    };
  }

  private async jobState(id: string): Promise<'ran' | 'ended' | 'waiting'> {
    const { state, error } = await this.get(JobsPort).get(this.system, id);
    if (state === 'succeeded') return 'ran';
    return state === 'cancelled' || error?.code === 'denied' ? 'ended' : 'waiting';
  }

  private async pauseReason(workflowId: string): Promise<string | null> {
    return (await this.get(WorkflowTriggersPort).get(this.system, workflowId)).pauseReason;
  }

  private async change(sql: string, id: string): Promise<void> {
    await queryAs(this.database.adminUrl, sql, [id]);
  }
}
