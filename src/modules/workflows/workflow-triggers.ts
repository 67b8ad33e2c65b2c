import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { withNewIdempotencyKey, type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { principalOf } from '../auth/contract/principal.types';
import { submitterOf } from '../auth/contract/submitter';
import type { CloudEvent } from '../events/contract/events.types';
import { JobSchedulesPort } from '../jobs/contract/job-schedules.port';
import { JobsPort } from '../jobs/contract/jobs.port';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import type { Triggered, Workflow } from './contract/workflows.types';
import { jobOf } from './domain/run-job';
import { isOfSubject } from './domain/subject';
import { InputCheck } from './input-check';
import type { FiringEnd } from './storage/firings.repository';
import { type TriggerAuthority, TriggersRepository } from './storage/triggers.repository';
import { TriggerPauses } from './trigger-pauses';
import { TriggerRights } from './trigger-rights';
import { WorkflowsRepository } from './storage/workflows.repository';

/** One firing of a workflow's trigger. */
export interface Firing {
  readonly workflowId: string;
  /** The id of the event or call. */
  readonly key: string;
  readonly version: number;
  /** The authority under which the trigger fires. It must be the authority of the call context. */
  readonly authority: TriggerAuthority;
}

/** Runs workflows when they are triggered. */
@Injectable()
export class WorkflowTriggers {
  constructor(
    private readonly jobs: JobsPort,
    private readonly schedules: JobSchedulesPort,
    private readonly triggers: TriggersRepository,
    private readonly workflows: WorkflowsRepository,
    private readonly rights: TriggerRights,
    private readonly pauses: TriggerPauses,
    private readonly inputs: InputCheck,
  ) {}

  /** Runs a workflow now. Errors: the errors of `WorkflowsPort.trigger`. */
  async run(context: CallContext, workflow: Workflow, input: unknown): Promise<Triggered> {
    assertActive(workflow);
    return this.handIn(context, workflow, workflow, input);
  }

  /**
   * Runs a workflow when its trigger fires. Repeated calls start only one run, with the version that was recorded. The trigger is paused if
   * its authority has ended, or if it no longer includes the right to run the workflow.
   * Errors: `not_found` for a workflow or version that no longer exists; `conflict` unless the workflow is active; `forbidden` when the
   * trigger was paused; the errors of {@link run}.
   */
  async fire(context: CallContext, firing: Firing, input: unknown): Promise<Triggered> {
    const tenantId = requireTenant(context);
    const { workflowId, key, version, authority } = firing;
    const workflow = await this.workflows.find(tenantId, workflowId);
    const then = await this.workflows.version(tenantId, workflowId, version);
    if (workflow === null || then === null) throw new AppError('not_found', 'This workflow no longer exists.');
    assertActive(workflow);
    const denial = await this.rights.denial(context, workflowId);
    if (denial !== null) {
      await this.pauses.pause(context, workflowId, authority, denial);
      throw new AppError('forbidden', denial.reason);
    }
    const decided = { action: 'workflow.trigger', resource: `workflow/${workflowId}` };
    const keyed = { ...withNewIdempotencyKey(context, `fire-${workflowId}-${hash('sha256', key, 'hex')}`), decided };
    return this.handIn(keyed, { id: workflowId, version }, then.definition, input);
  }

  /** Runs a workflow with an event as its input. An event with a different subject does not start a run. */
  async fireByEvent(context: CallContext, firing: Firing, event: CloudEvent): Promise<FiringEnd> {
    const found = await this.workflows.version(requireTenant(context), firing.workflowId, firing.version);
    const trigger = found?.definition.trigger;
    if (trigger?.type === 'event' && !isOfSubject(event.subject, trigger.subject)) return { jobId: null };
    return this.fire(context, firing, event);
  }

  /**
   * Throws unless the caller is allowed to save this trigger. Errors: `forbidden` for a caller that is not allowed to run the workflow or
   * to have triggers; `unavailable`.
   */
  async assertMayArm(context: CallContext, id: string, { trigger, status }: WorkflowDefinition): Promise<void> {
    if (trigger.type !== 'manual' && status === 'active') await this.rights.assertMayHave(context, id);
  }

  /** Records the trigger of a workflow, within the transaction that changes it. */
  async note(tx: Tx, context: CallContext, { id, trigger, status }: Workflow): Promise<void> {
    const tenantId = requireTenant(context);
    const { type } = trigger;
    if (type !== 'event' && type !== 'webhook') return this.triggers.remove(tx, tenantId, id);
    const event = type === 'event' ? trigger.event : null;
    const write = { tenantId, workflowId: id, type, event, isArmed: status === 'active' };
    const authority = { submitter: submitterOf(context), principal: principalOf(context) };
    await this.triggers.put(tx, { ...write, authority });
  }

  /** Deletes the trigger. */
  async forget(tx: Tx, context: CallContext, id: string): Promise<void> {
    await this.triggers.remove(tx, requireTenant(context), id);
  }

  /** Creates or updates the schedule of a workflow from its newest version; called after each change, and again after a failure. */
  async arm(context: CallContext, workflow: Workflow): Promise<void> {
    const { id, trigger, status } = workflow;
    if (trigger.type !== 'schedule' || status !== 'active') return this.disarm(context, workflow);
    // Each tick runs the newest version at that time.
    const job = jobOf(workflow, { workflowId: id, version: null, undoes: null }, trigger.input);
    await this.schedules.put(withNewIdempotencyKey(context), scheduleOf(workflow), {
      cron: trigger.cron,
      timeZone: trigger.timezone,
      job,
    });
  }

  async disarm(context: CallContext, workflow: Workflow): Promise<void> {
    try {
      await this.schedules.remove(withNewIdempotencyKey(context), scheduleOf(workflow));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
    }
  }

  private async handIn(
    context: CallContext,
    { id: workflowId, version }: Pick<Workflow, 'id' | 'version'>,
    definition: WorkflowDefinition,
    input: unknown,
  ): Promise<Triggered> {
    await this.inputs.assert(context, definition, input);
    const { id } = await this.jobs.submit(context, jobOf(definition, { workflowId, version, undoes: null }, input));
    return { jobId: id };
  }
}

/** Returns the name of the schedule that runs a workflow. */
export function scheduleOf({ id }: Workflow): string {
  return `workflows/${id}`;
}

/** Throws unless the workflow is active. Errors: `conflict`. */
export function assertActive({ status }: Workflow): void {
  if (status !== 'active') throw new AppError('conflict', `The workflow is ${status}; only active workflows run.`);
}
