import { setTimeout as sleep } from 'node:timers/promises';
import { tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import { backoffMs } from '../../../kernel/retry/retry-backoff';
import { JobUndecided, type JobRun } from '../../jobs/contract/job-runner';
import type { StepRetry, WorkflowDefinition, WorkflowStep } from '../contract/workflow-definition.types';
import { evaluate, isTrue, type Scope } from '../domain/evaluate';
import { ExpressionFault, parseExpression } from '../domain/expression';
import { StepBudget } from '../domain/step-budget';
import { renderText } from '../domain/template';
import type { RunsRepository, StepChange, StoredStep } from '../storage/runs.repository';
import { type CallStep, type StepCalls, StillRunning } from './step-calls';
import { StepFault } from './step-fault';

/** A run with the dependencies of its steps. */
export interface RunParts {
  readonly tenantId: string;
  /** The id of the run that owns the steps; idempotency keys contain it. */
  readonly keyId: string;
  readonly runId: string;
  readonly run: JobRun;
  readonly definition: WorkflowDefinition;
  readonly pins: Readonly<Record<string, string>>;
  readonly runs: RunsRepository;
  readonly calls: StepCalls;
  readonly nowMs: () => number;
}

/** The result of a turn: the step has ended, or it waits until a time (Unix milliseconds). */
export type StepTurn = { readonly ended: StoredStep } | { readonly parkedUntilMs: number };

/** If a wait is shorter than this, the run keeps its slot. */
const IN_PLACE_MS = 2_000;
const LOOK_AGAIN_MS = 5_000;

/** The error when a run can no longer store changes, because it was closed or another worker has stored its changes first. */
export class RunClosed extends Error {}

/** Executes as much of a step as is possible now. The step's output counts only when it is stored. */
export class StepWork {
  constructor(private readonly parts: RunParts) {}

  async turn(step: WorkflowStep, stored: StoredStep | undefined, scope: Scope): Promise<StepTurn> {
    try {
      const { condition } = step;
      if (stored === undefined && condition !== undefined) {
        const holds = await this.inTurn(step.id, () => firstTrue([condition], scope) === 0);
        if (!holds) return await this.end(step.id, { state: 'skipped' });
      }
      switch (step.type) {
        case 'wait':
          return await this.wait(step, stored, scope);
        case 'approval':
          return await this.approval(step, stored, scope);
        case 'switch':
          return await this.end(step.id, {
            state: 'succeeded',
            output: await this.inTurn(step.id, () => chosenOf(step, scope)),
          });
        case 'skill':
        case 'webhook':
        case 'workflow':
          return await this.call(
            step.id,
            step,
            { retry: step.retry, timeoutSeconds: step.timeoutSeconds },
            stored,
            scope,
          );
      }
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      return this.end(step.id, { state: 'failed', error: { code: 'template', message: error.message } });
    }
  }

  /** Undoes a step that has succeeded. */
  async undo(step: WorkflowStep, stored: StoredStep | undefined, scope: Scope): Promise<StepTurn> {
    if (!('undo' in step) || step.undo === undefined) throw new Error('This step cannot be undone.');
    const { retry, timeoutSeconds } = step;
    const id = `${step.id}:undo`;
    try {
      return await this.call(id, step.undo, { retry, timeoutSeconds }, stored, scope);
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      return this.end(id, { state: 'failed', error: { code: 'template', message: error.message } });
    }
  }

  private async wait(
    step: Extract<WorkflowStep, { type: 'wait' }>,
    stored: StoredStep | undefined,
    scope: Scope,
  ): Promise<StepTurn> {
    const begun =
      stored ?? (await this.change(step.id, { state: 'waiting', dueInSeconds: await this.secondsOf(step, scope) }));
    const dueMs = Date.parse(begun.dueAt ?? '');
    const left = dueMs - this.parts.nowMs();
    if (left > IN_PLACE_MS) return { parkedUntilMs: dueMs };
    if (left > 0) await sleep(left, undefined, { signal: this.parts.run.signal });
    return this.end(step.id, { state: 'succeeded', output: { until: begun.dueAt } });
  }

  private async secondsOf(
    { id, seconds, until }: Extract<WorkflowStep, { type: 'wait' }>,
    scope: Scope,
  ): Promise<number> {
    if (seconds !== undefined) return seconds;
    const moment = Date.parse(await this.inTurn(id, () => renderText(until ?? '', scope)));
    if (Number.isNaN(moment)) throw new ExpressionFault('"until" did not produce a date and time (ISO 8601).');
    return Math.max(0, (moment - this.parts.nowMs()) / 1_000);
  }

  private async approval(
    step: Extract<WorkflowStep, { type: 'approval' }>,
    stored: StoredStep | undefined,
    scope: Scope,
  ): Promise<StepTurn> {
    const begin = async (): Promise<StoredStep> => {
      const message = await this.inTurn(step.id, () => renderText(step.message ?? '', scope));
      const output = { role: step.role, message };
      return this.change(step.id, { state: 'waiting', dueInSeconds: step.expiresSeconds, output });
    };
    const { dueAt } = stored ?? (await begin());
    const dueMs = Date.parse(dueAt ?? '');
    if (dueMs > this.parts.nowMs()) return { parkedUntilMs: dueMs };
    return this.end(step.id, {
      state: 'failed',
      error: { code: 'expired', message: 'The approval expired without a decision.' },
    });
  }

  private async call(
    id: string,
    action: CallStep,
    { retry, timeoutSeconds }: { readonly retry: StepRetry; readonly timeoutSeconds: number },
    stored: StoredStep | undefined,
    scope: Scope,
  ): Promise<StepTurn> {
    const { tenantId, run, pins, keyId } = this.parts;
    let { attempt, dueAt } = stored ?? (await this.change(id, { state: 'running' }));
    let jobId = stored === undefined ? null : jobOf(stored.output);
    for (;;) {
      const left = dueAt === null ? 0 : Date.parse(dueAt) - this.parts.nowMs();
      if (left > IN_PLACE_MS) return { parkedUntilMs: this.parts.nowMs() + left };
      if (left > 0) await sleep(left, undefined, { signal: run.signal });
      try {
        const key = `${keyId}/${id}`;
        const output = await this.parts.calls.call(action, {
          tenantId,
          run,
          scope,
          pins,
          id,
          key,
          attempt,
          timeoutSeconds,
          jobId,
        });
        if (output instanceof StillRunning) {
          // Stored so that the job is not submitted again at each poll.
          if (jobId === null) await this.change(id, { state: 'running', attempt, output: { jobId: output.jobId } });
          return { parkedUntilMs: this.parts.nowMs() + LOOK_AGAIN_MS };
        }
        return await this.end(id, { state: 'succeeded', attempt, output });
      } catch (error) {
        // The step has neither succeeded nor failed: it waits until a decision about its authorization is possible.
        if (error instanceof JobUndecided) return { parkedUntilMs: this.parts.nowMs() + error.resumeAfterMs };
        if (!(error instanceof StepFault)) throw error;
        const { code, message } = error;
        if (!retry.on.includes(code) || attempt >= retry.maxAttempts) {
          return this.end(id, { state: 'failed', attempt, error: { code, message } });
        }
        const pace = {
          firstMs: retry.firstDelaySeconds * 1_000,
          maxMs: retry.maxDelaySeconds * 1_000,
          factor: retry.factor,
        };
        const dueInSeconds = backoffMs(pace, attempt, Math.random()) / 1_000;
        const next = { state: 'running', attempt: attempt + 1, error: { code, message }, dueInSeconds } as const;
        ({ attempt, dueAt } = await this.change(id, next));
        jobId = null;
      }
    }
  }

  /** Evaluates a step's expressions in its tenant's turn, because many steps can begin at the same time. */
  private inTurn<T>(id: string, evaluation: () => T): Promise<T> {
    const { tenantId, definition, run } = this.parts;
    const origin = { kind: 'workflow.evaluate', tenantId, resource: `${definition.name}/${id}` };
    return tenantScheduler.run(origin, evaluation, run.signal);
  }

  private async end(id: string, change: StepChange): Promise<StepTurn> {
    const ended = await this.change(id, change);
    const why = ended.error === null ? '' : `: ${ended.error.message}`;
    await this.parts.run.log('stdout', `${id} ${ended.state}${why}\n`);
    return { ended };
  }

  private async change(id: string, change: StepChange): Promise<StoredStep> {
    // A run that was signaled to end must not store changes.
    this.parts.run.signal.throwIfAborted();
    const changed = await this.parts.runs.change(this.parts.tenantId, this.parts.runId, id, change);
    if (changed === null) throw new RunClosed();
    return changed;
  }
}

/** Returns the id of the child job for which an unfinished step waits. */
function jobOf(output: unknown): string | null {
  if (typeof output !== 'object' || output === null || !('jobId' in output)) return null;
  return typeof output.jobId === 'string' ? output.jobId : null;
}

function chosenOf(
  step: Extract<WorkflowStep, { type: 'switch' }>,
  scope: Scope,
): { case: number | null; steps: string[] } {
  const at = firstTrue(
    step.cases.map(({ when }) => when),
    scope,
  );
  return at === -1 ? { case: null, steps: step.default } : { case: at, steps: step.cases[at]?.steps ?? [] };
}

/** Returns the index of the first true expression; -1 when no expression is true. All expressions share one budget of steps. */
function firstTrue(expressions: readonly string[], scope: Scope): number {
  const budget = new StepBudget();
  return expressions.findIndex((text) => isTrue(evaluate(parseExpression(text), scope, budget)));
}
