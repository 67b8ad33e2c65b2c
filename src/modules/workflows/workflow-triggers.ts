import { Injectable } from '@nestjs/common';
import { besides, type CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { JobSchedulesPort } from '../jobs/contract/job-schedules.port';
import { JobsPort } from '../jobs/contract/jobs.port';
import { isInputTooLarge, type Triggered, type Workflow } from './contract/workflows.types';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import { isDeeperThan, VALUE_LEVELS } from './domain/json-levels';
import { jobOf } from './domain/run-job';
import { literalMisfits } from './domain/schema-fit';

/** What makes workflows run. */
@Injectable()
export class WorkflowTriggers {
  constructor(
    private readonly jobs: JobsPort,
    private readonly schedules: JobSchedulesPort,
  ) {}

  /** Runs a workflow now. Errors: those of `WorkflowsPort.trigger`. */
  async run(context: CallContext, workflow: Workflow, input: unknown): Promise<Triggered> {
    if (workflow.status !== 'active') {
      throw new AppError('conflict', `The workflow is ${workflow.status}; only an active one runs.`);
    }
    assertInput(workflow, input);
    const order = { workflowId: workflow.id, version: workflow.version, undoes: null };
    const { id } = await this.jobs.submit(context, jobOf(workflow, order, input));
    return { jobId: id };
  }

  /** Has a workflow run by itself as its newest version says; it is called after each change, and again after a failure. */
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
}

function scheduleOf({ id }: Workflow): string {
  return `workflows/${id}`;
}

function assertInput({ inputSchema = {} }: Workflow, input: unknown): void {
  const refuse = (pointer: string, code: string, message: string): never => {
    throw new AppError('invalid_request', message, { fields: [{ pointer, code, message }] });
  };
  if (isDeeperThan(VALUE_LEVELS, input)) refuse('/input', 'too_deep', `At most ${VALUE_LEVELS} levels.`);
  if (isInputTooLarge(input)) refuse('/input', 'too_large', `At most ${WORKFLOW_LIMITS.maxValueBytes} bytes of JSON.`);
  const [fault] = literalMisfits(input ?? null, inputSchema, '/input');
  if (fault !== undefined) refuse(fault.pointer, fault.code, fault.message);
}
