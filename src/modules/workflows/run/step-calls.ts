import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Installation } from '../../../kernel/config/installation';
import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import { tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import { Clock } from '../../../kernel/time/clock';
import type { NewJob } from '../../jobs/contract/job-request.types';
import { JobFailure, type JobRun } from '../../jobs/contract/job-runner';
import { isTerminal, type Job, type JsonValue } from '../../jobs/contract/job.types';
import type { StepFaultCode, UndoAction, WorkflowStep } from '../contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import type { Scope } from '../domain/evaluate';
import { jobOf } from '../domain/run-job';
import { render, renderText } from '../domain/template';
import { RunsRepository } from '../storage/runs.repository';
import { StepEgress } from './step-egress';
import { StepFault } from './step-fault';
import { callWebhook } from './webhook-call';

export type CallStep = UndoAction | Extract<WorkflowStep, { type: 'skill' | 'webhook' | 'workflow' }>;

/** The target of a call, its context, and the attempt. */
export interface StepCall {
  readonly tenantId: string;
  readonly run: JobRun;
  readonly scope: Scope;
  readonly pins: Readonly<Record<string, string>>;
  /** The id of the step, with `:undo` for its compensation. */
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  readonly timeoutSeconds: number;
  /** The child job that this attempt has submitted; `null` if it has not submitted one yet. */
  readonly jobId: string | null;
}

/** A child job that has not ended. The run can release its slot until the job ends. */
export class StillRunning {
  constructor(readonly jobId: string) {}
}

const LOOK_MS = { first: 10, most: 500 } as const;
/** The maximum time that a run waits in its slot for a child job. */
const HELD_MS = 5_000;

/** Performs the calls that steps make outside the workflow. */
@Injectable()
export class StepCalls {
  constructor(
    private readonly runs: RunsRepository,
    private readonly egress: StepEgress,
    private readonly clock: Clock,
    private readonly installation: Installation,
  ) {}

  /** Performs a call. Errors: {@link StepFault}; `JobUndecided` when no decision about the step is possible. */
  async call(action: CallStep, call: StepCall): Promise<JsonValue | StillRunning> {
    if (action.type === 'webhook') {
      const url = await inTurn(call, () => renderText(action.url, call.scope));
      await this.egress.assert(call.tenantId, call.run, url);
      return callWebhook(
        {
          url,
          method: action.method,
          body: await inTurn(call, () => (action.body === undefined ? undefined : render(action.body, call.scope))),
          key: call.key,
          secret: action.secret === undefined ? null : await secretOf(call.run, action.secret),
          timeoutSeconds: call.timeoutSeconds,
        },
        this.installation.receiverRules,
        this.clock.nowMs(),
      );
    }
    const { run, jobId, id, attempt } = call;
    const job =
      jobId === null
        ? await submitted(run, await this.request(action, call), `${id}#${attempt}`)
        : await run.child(jobId);
    return resultOf(await ended(job, run));
  }

  private async request(action: Exclude<CallStep, { type: 'webhook' }>, call: StepCall): Promise<NewJob> {
    const input = await inTurn(call, () => render(action.input ?? null, call.scope));
    if (action.type === 'skill') {
      const [kind = ''] = action.skill.split('@');
      const image = call.pins[action.skill] ?? '';
      return { type: 'skill', kind, image, input, timeoutSeconds: call.timeoutSeconds };
    }
    const named = await this.runs.named(call.tenantId, action.workflow);
    if (named === null) throw new StepFault('failed', `There is no active workflow "${action.workflow}".`);
    return jobOf(named.definition, { workflowId: named.id, version: named.version, undoes: null }, input);
  }
}

/** Renders a step's values in its tenant's turn, because many steps can begin at the same time. */
function inTurn<T>({ tenantId, id, run }: StepCall, filling: () => T): Promise<T> {
  return tenantScheduler.run({ kind: 'workflow.evaluate', tenantId, resource: id }, filling, run.signal);
}

/** Returns the child job when it has ended, or when the wait in the slot has ended. */
async function ended(begun: Job, run: JobRun): Promise<Job> {
  let job = begun;
  const until = performance.now() + HELD_MS;
  for (let wait: number = LOOK_MS.first; !isTerminal(job.state); wait = Math.min(wait * 1.5, LOOK_MS.most)) {
    if (performance.now() > until) return job;
    await sleep(wait, undefined, { signal: run.signal });
    job = await run.child(job.id);
  }
  return job;
}

function resultOf(job: Job): JsonValue | StillRunning {
  if (!isTerminal(job.state)) return new StillRunning(job.id);
  if (job.state !== 'succeeded') {
    const code = job.error?.code === 'timeout' || job.error?.code === 'limit' ? job.error.code : 'failed';
    throw new StepFault(code, job.error?.message ?? `The job ${job.id} was cancelled.`);
  }
  if (Buffer.byteLength(JSON.stringify(job.result)) > WORKFLOW_LIMITS.maxValueBytes) {
    throw new StepFault(
      'limit',
      `The job returned more than the ${WORKFLOW_LIMITS.maxValueBytes} bytes that a step can return.`,
    );
  }
  return job.result;
}

const FAULT_OF: Readonly<Partial<Record<ErrorCode, StepFaultCode>>> = { rate_limited: 'limit', forbidden: 'denied' };

async function submitted(run: JobRun, request: NewJob, key: string): Promise<Job> {
  try {
    return await run.submit(request, key);
  } catch (error) {
    // A temporary error is not an outcome of the step, so the run is retried.
    if (!(error instanceof AppError) || error.code === 'unavailable' || error.code === 'internal') throw error;
    throw new StepFault(FAULT_OF[error.code] ?? 'failed', error.message);
  }
}

async function secretOf(run: JobRun, name: string): Promise<string> {
  let secret: string | undefined;
  try {
    const found = (await run.secrets()).find((one) => one.name === name);
    secret = found === undefined ? undefined : Buffer.from(found.value).toString('utf8');
  } catch (error) {
    if (error instanceof JobFailure) throw new StepFault('secrets', error.message);
    throw error;
  }
  if (secret?.startsWith('whsec_') === true) return secret;
  throw new StepFault('secrets', `The secret "${name}" is not a signing secret. Use "whsec_" and base64.`);
}
