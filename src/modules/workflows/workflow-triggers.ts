import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { besides, type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/database';
import { AppError } from '../../kernel/errors/app-error';
import type { CloudEvent } from '../events/contract/events.types';
import { JobSchedulesPort } from '../jobs/contract/job-schedules.port';
import { JobsPort } from '../jobs/contract/jobs.port';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import { isInputTooLarge, type Triggered, type Workflow } from './contract/workflows.types';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import { isDeeperThan, VALUE_LEVELS } from './domain/json-levels';
import { jobOf } from './domain/run-job';
import { literalMisfits } from './domain/schema-fit';
import { isOfSubject } from './domain/subject';
import { submitterOf } from './domain/submitter';
import type { FiringEnd } from './storage/firings.repository';
import { TriggersRepository } from './storage/triggers.repository';
import { WorkflowsRepository } from './storage/workflows.repository';

/** What makes a workflow run by itself, once. */
export interface Firing {
  readonly workflowId: string;
  /** Id of the event, or of the call. */
  readonly key: string;
  readonly version: number;
}

/** What makes workflows run. */
@Injectable()
export class WorkflowTriggers {
  constructor(
    private readonly jobs: JobsPort,
    private readonly schedules: JobSchedulesPort,
    private readonly triggers: TriggersRepository,
    private readonly workflows: WorkflowsRepository,
  ) {}

  /** Runs a workflow now. Errors: those of `WorkflowsPort.trigger`. */
  async run(context: CallContext, workflow: Workflow, input: unknown): Promise<Triggered> {
    assertActive(workflow);
    return this.handIn(context, workflow, workflow, input);
  }

  /**
   * The same by a trigger: however often it is done it is one run, of the version that it was noted for.
   * Errors: `not_found` for a workflow or a version that is no more; `conflict` unless it is active; those of {@link run}.
   */
  async fire(context: CallContext, { workflowId, key, version }: Firing, input: unknown): Promise<Triggered> {
    const tenantId = requireTenant(context);
    const workflow = await this.workflows.find(tenantId, workflowId);
    const then = await this.workflows.version(tenantId, workflowId, version);
    if (workflow === null || then === null) throw new AppError('not_found', 'There is no such workflow any more.');
    assertActive(workflow);
    const keyed = besides(context, `fire-${workflowId}-${hash('sha256', key, 'hex')}`);
    return this.handIn(keyed, { id: workflowId, version }, then.definition, input);
  }

  /** Runs a workflow by an event, which is its input; an event of another subject runs nothing. */
  async fireByEvent(context: CallContext, firing: Firing, event: CloudEvent): Promise<FiringEnd> {
    const found = await this.workflows.version(requireTenant(context), firing.workflowId, firing.version);
    const trigger = found?.definition.trigger;
    if (trigger?.type === 'event' && !isOfSubject(event.subject, trigger.subject)) return { jobId: null };
    return this.fire(context, firing, event);
  }

  /** Notes what triggers a workflow, within the transaction that changes it. */
  async note(tx: Tx, context: CallContext, { id, trigger, status }: Workflow): Promise<void> {
    const tenantId = requireTenant(context);
    const { type } = trigger;
    if (type !== 'event' && type !== 'webhook') return this.triggers.remove(tx, tenantId, id);
    const event = type === 'event' ? trigger.event : null;
    const write = { tenantId, workflowId: id, type, event, isArmed: status === 'active' };
    await this.triggers.put(tx, { ...write, submitter: submitterOf(context) });
  }

  /** Takes it back. */
  async forget(tx: Tx, context: CallContext, id: string): Promise<void> {
    await this.triggers.remove(tx, requireTenant(context), id);
  }

  /** Has a workflow run by its schedule, as its newest version says; it is called after each change, and again after a failure. */
  async arm(context: CallContext, workflow: Workflow): Promise<void> {
    const { id, trigger, status } = workflow;
    if (trigger.type !== 'schedule' || status !== 'active') return this.disarm(context, workflow);
    // A tick takes the version that is the newest then.
    const job = jobOf(workflow, { workflowId: id, version: null, undoes: null }, trigger.input);
    await this.schedules.put(besides(context), scheduleOf(workflow), {
      cron: trigger.cron,
      timeZone: trigger.timezone,
      job,
    });
  }

  async disarm(context: CallContext, workflow: Workflow): Promise<void> {
    try {
      await this.schedules.remove(besides(context), scheduleOf(workflow));
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
    assertInput(definition, input);
    const { id } = await this.jobs.submit(context, jobOf(definition, { workflowId, version, undoes: null }, input));
    return { jobId: id };
  }
}

function scheduleOf({ id }: Workflow): string {
  return `workflows/${id}`;
}

function assertActive({ status }: Workflow): void {
  if (status !== 'active') throw new AppError('conflict', `The workflow is ${status}; only an active one runs.`);
}

function assertInput({ inputSchema = {} }: WorkflowDefinition, input: unknown): void {
  const refuse = (pointer: string, code: string, message: string): never => {
    throw new AppError('invalid_request', message, { fields: [{ pointer, code, message }] });
  };
  if (isDeeperThan(VALUE_LEVELS, input)) refuse('/input', 'too_deep', `At most ${VALUE_LEVELS} levels.`);
  if (isInputTooLarge(input)) refuse('/input', 'too_large', `At most ${WORKFLOW_LIMITS.maxValueBytes} bytes of JSON.`);
  const [fault] = literalMisfits(input ?? null, inputSchema, '/input');
  if (fault !== undefined) refuse(fault.pointer, fault.code, fault.message);
}
