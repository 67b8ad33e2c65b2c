import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import { Clock } from '../../kernel/time/clock';
import { principalOf } from '../auth/contract/principal.types';
import { submitterOf } from '../auth/contract/submitter';
import { isNewOwner, type NewTriggerOwner, triggerOwnerOf } from '../auth/contract/trigger-owner';
import type { JobSchedule } from '../jobs/contract/job-schedule.types';
import { JobSchedulesPort } from '../jobs/contract/job-schedules.port';
import type { WorkflowTriggersPort, WorkflowTriggerState } from './contract/workflow-triggers.port';
import type { Workflow } from './contract/workflows.types';
import { WorkflowsPort } from './contract/workflows.port';
import { TriggersRepository } from './storage/triggers.repository';
import { stageTriggerEvent } from './trigger-events';
import { TriggerRights } from './trigger-rights';
import { assertActive, scheduleOf } from './workflow-triggers';

/** The owners of triggers. The trigger of a scheduled workflow is its schedule in the jobs module. */
@Injectable()
export class WorkflowTriggerOwners implements WorkflowTriggersPort {
  constructor(
    private readonly workflows: WorkflowsPort,
    private readonly schedules: JobSchedulesPort,
    private readonly triggers: TriggersRepository,
    private readonly rights: TriggerRights,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async get(context: CallContext, id: string): Promise<WorkflowTriggerState> {
    const workflow = await this.workflows.get(context, id);
    const { type } = workflow.trigger;
    const off = { type, status: 'off', pauseReason: null, owner: null, pendingOwner: null } as const;
    if (type === 'manual' || workflow.status !== 'active') return off;
    if (type === 'schedule') return stateOf(type, await this.schedules.get(context, scheduleOf(workflow)));
    const stored = await this.triggers.find(requireTenant(context), id);
    if (stored === null) return off;
    return stateOf(type, { ...stored, owner: triggerOwnerOf(stored.submitter) });
  }

  async resume(context: CallContext, id: string): Promise<WorkflowTriggerState> {
    const workflow = await this.triggered(context, id);
    if (workflow.trigger.type === 'schedule') {
      return stateOf('schedule', await this.schedules.resume(context, scheduleOf(workflow)));
    }
    await this.rights.assertMayHave(context, id);
    const authority = { submitter: submitterOf(context), principal: principalOf(context) };
    await this.change(context, workflow, 'workflow.trigger.resume', {}, (tx) =>
      this.triggers.resume(tx, requireTenant(context), id, authority),
    );
    return this.get(context, id);
  }

  async transfer(context: CallContext, id: string, to: NewTriggerOwner): Promise<WorkflowTriggerState> {
    if (isNewOwner(context, to)) return this.resume(context, id);
    const workflow = await this.triggered(context, id);
    if (workflow.trigger.type === 'schedule') {
      return stateOf('schedule', await this.schedules.transfer(context, scheduleOf(workflow), to));
    }
    await this.rights.assertMayTake(context, to, id);
    await this.change(context, workflow, 'workflow.trigger.transfer', { to: `${to.type}:${to.id}` }, (tx) =>
      this.triggers.offer(tx, requireTenant(context), id, to),
    );
    return this.get(context, id);
  }

  /** Returns an active workflow with a trigger. Errors: `not_found`; `conflict` for a workflow that is not active or runs only manually. */
  private async triggered(context: CallContext, id: string): Promise<Workflow> {
    const workflow = await this.workflows.get(context, id);
    assertActive(workflow);
    if (workflow.trigger.type === 'manual') throw withoutTrigger();
    return workflow;
  }

  private async change(
    context: CallContext,
    { id, name }: Workflow,
    action: string,
    metadata: Readonly<Record<string, string>>,
    work: (tx: Tx) => Promise<boolean>,
  ): Promise<void> {
    await this.writes.once(context, { action, input: { id, ...metadata } }, async (tx) => {
      if (!(await work(tx))) throw withoutTrigger();
      const changed = { action, resourceId: id, metadata: { name, ...metadata } };
      await stageTriggerEvent(tx, context, changed, this.clock.nowMs());
    });
  }
}

type OwnerState = Pick<JobSchedule, 'pauseReason' | 'owner' | 'pendingOwner'>;

function stateOf(
  type: WorkflowTriggerState['type'],
  { pauseReason, owner, pendingOwner }: OwnerState,
): WorkflowTriggerState {
  return { type, status: pauseReason === null ? 'active' : 'paused', pauseReason, owner, pendingOwner };
}

function withoutTrigger(): AppError {
  return new AppError('conflict', 'This workflow has no trigger. Add one first.');
}
