import { setTimeout as sleep } from 'node:timers/promises';
import { tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import { JobFailure, type JobOutcome, type JobPause } from '../../jobs/contract/job-runner';
import type { JsonValue } from '../../jobs/contract/job.types';
import type { WorkflowStep } from '../contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import type { Scope } from '../domain/evaluate';
import { ExpressionFault } from '../domain/expression';
import { fatalStep, hasEnded, lastSteps, nextSteps, undoOrder } from '../domain/plan';
import { render } from '../domain/template';
import type { StoredStep } from '../storage/runs.repository';
import { type RunParts, type StepTurn, StepWork } from './step-work';

/**
 * The limits of a pause. A run with waiting steps is checked again after the longest pause, because a call to wake it might have been lost.
 */
const PAUSE_MS = { least: 100, most: 300_000 } as const;
/** For shorter pauses, it is not worth releasing the slot. */
const IN_PLACE_MS = 2_000;
/** The polling interval for people's decisions while other steps are running. */
const LOOK_MS = 1_000;

/** Executes the steps of a run from their current states, with maximum concurrency. */
export class WorkflowExecutor {
  private readonly stored = new Map<string, StoredStep>();
  private readonly under = new Map<string, Promise<void>>();
  private readonly parked = new Map<string, number>();
  private readonly work: StepWork;

  constructor(
    private readonly parts: RunParts,
    private readonly input: JsonValue,
  ) {
    this.work = new StepWork(parts);
  }

  /**
   * Executes the run.
   * @param isNew true for a run that has no steps yet, so that there are no steps to read. Errors: `JobFailure` for a step that failed.
   */
  async run(isNew: boolean): Promise<JobOutcome | JobPause> {
    const { steps } = this.parts.definition;
    if (!isNew) await this.reload();
    for (;;) {
      this.parts.run.signal.throwIfAborted();
      const fatal = fatalStep(steps, this.stored);
      if (fatal === null) this.begin(await this.next());
      if (this.under.size > 0) {
        await this.waitForProgress();
        continue;
      }
      if (fatal !== null) return this.fail(fatal);
      if (this.parked.size === 0) {
        if (steps.every(({ id }) => this.stored.has(id))) return { result: await this.result() };
        continue;
      }
      const pause = await this.pause();
      if (pause !== null) return pause;
    }
  }

  /** Undoes the succeeded steps in reverse order. Returns `null` when all steps are undone, otherwise the pause. Errors: `JobFailure`. */
  async undo(succeeded: readonly StoredStep[]): Promise<JobPause | null> {
    const failed: string[] = [];
    for (const step of undoOrder(
      this.parts.definition.steps,
      succeeded.map(({ id }) => id),
    )) {
      const known = this.stored.get(`${step.id}:undo`);
      const turn =
        known !== undefined && hasEnded(known)
          ? { ended: known }
          : await this.work.undo(step, known, this.scope(succeeded));
      if ('parkedUntilMs' in turn) return this.pauseUntil(turn.parkedUntilMs);
      this.stored.set(turn.ended.id, turn.ended);
      if (turn.ended.state === 'failed') failed.push(step.id);
    }
    if (failed.length === 0) return null;
    throw new JobFailure('failed', `These steps could not be undone: ${failed.join(', ')}.`, { mayRetry: false });
  }

  async reload(): Promise<void> {
    for (const step of await this.parts.runs.steps(this.parts.tenantId, this.parts.runId)) {
      this.stored.set(step.id, step);
      if (hasEnded(step)) this.parked.delete(step.id);
    }
  }

  /** Returns the steps that begin or continue now. Records skipped steps until no more steps are skipped. */
  private async next(): Promise<readonly WorkflowStep[]> {
    const { definition, tenantId, runId, runs } = this.parts;
    for (;;) {
      const { ready, skipped } = nextSteps(definition.steps, this.stored);
      if (skipped.length === 0) {
        const open = definition.steps.filter(({ id }) => {
          const step = this.stored.get(id);
          return step !== undefined && !hasEnded(step) && !this.parked.has(id);
        });
        return [...ready, ...open].filter(({ id }) => !this.under.has(id) && !this.parked.has(id));
      }
      for (const { id } of skipped) {
        const changed = await runs.change(tenantId, runId, id, { state: 'skipped' });
        if (changed === null) await this.reload();
        else this.stored.set(id, changed);
        if (!this.stored.has(id)) throw new JobFailure('failed', 'The run was cancelled.', { mayRetry: false });
      }
    }
  }

  private begin(steps: readonly WorkflowStep[]): void {
    for (const step of steps) {
      const scope = this.scope([...this.stored.values()]);
      const turn = this.work.turn(step, this.stored.get(step.id), scope).then((done) => {
        this.note(step.id, done);
      });
      // The failure is handled when the turn is awaited. Until then, it must not count as unhandled.
      turn.catch(() => undefined);
      this.under.set(step.id, turn);
    }
  }

  private note(id: string, turn: StepTurn): void {
    this.under.delete(id);
    if ('parkedUntilMs' in turn) {
      this.parked.set(id, turn.parkedUntilMs);
      return;
    }
    this.stored.set(id, turn.ended);
    const ended = [...this.stored.values()].filter(hasEnded).length;
    const percent = Math.floor((99 * ended) / this.parts.definition.steps.length);
    this.parts.run.progress({ stage: id, percent, detail: { step: id, state: turn.ended.state } });
  }

  /** Resolves when a step has progressed, or a decision might have been made. */
  private async waitForProgress(): Promise<void> {
    const stop = new AbortController();
    const { signal } = this.parts.run;
    const timer = sleep(this.parked.size > 0 ? LOOK_MS : 60_000, undefined, {
      signal: AbortSignal.any([stop.signal, signal]),
    });
    try {
      await Promise.race([...this.under.values(), timer]);
    } finally {
      stop.abort();
      timer.catch(() => undefined);
    }
    if (this.parked.size > 0) await this.unpark();
  }

  private async unpark(): Promise<void> {
    const { runs, tenantId, runId } = this.parts;
    for (const step of await runs.ended(tenantId, runId, [...this.parked.keys()])) {
      this.stored.set(step.id, step);
      this.parked.delete(step.id);
    }
    for (const [id, until] of this.parked) if (until <= this.parts.nowMs()) this.parked.delete(id);
  }

  /** Waits for a short time without releasing the slot, or returns how long the run can pause. */
  private async pause(): Promise<JobPause | null> {
    await this.unpark();
    if (this.parked.size < [...this.stored.values()].filter((step) => !hasEnded(step)).length || this.parked.size === 0)
      return null;
    const untilMs = Math.min(...this.parked.values());
    const left = untilMs - this.parts.nowMs();
    if (left > IN_PLACE_MS) return this.pauseUntil(untilMs);
    await sleep(Math.max(left, PAUSE_MS.least), undefined, { signal: this.parts.run.signal });
    return null;
  }

  private pauseUntil(untilMs: number): JobPause {
    const left = untilMs - this.parts.nowMs();
    return { resumeAfterMs: Math.min(Math.max(left, PAUSE_MS.least), PAUSE_MS.most) };
  }

  private async fail(step: WorkflowStep): Promise<JobOutcome | JobPause> {
    const { error } = this.stored.get(step.id) ?? {};
    const message = `The step "${step.id}" failed: ${error?.message ?? ''}`;
    if (step.onError === 'compensate') {
      // Reads all steps again, because they are undone in reverse order of completion.
      const all = await this.parts.runs.steps(this.parts.tenantId, this.parts.runId);
      const pause = await this.undo(all.filter(({ state }) => state === 'succeeded'));
      if (pause !== null) return pause;
    }
    throw new JobFailure('failed', message, { mayRetry: false });
  }

  private async result(): Promise<JsonValue> {
    const { definition } = this.parts;
    const { output, steps } = definition;
    const outputs = lastSteps(steps).map(({ id }) => [id, this.stored.get(id)?.output ?? null]);
    let result: JsonValue;
    try {
      const scope = this.scope([...this.stored.values()]);
      const { tenantId, run } = this.parts;
      const origin = { kind: 'workflow.evaluate', tenantId, resource: definition.name };
      result =
        output === undefined
          ? (Object.fromEntries(outputs) as JsonValue)
          : await tenantScheduler.run(origin, () => render(output, scope), run.signal);
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      throw new JobFailure('failed', `The output: ${error.message}`, { mayRetry: false });
    }
    if (Buffer.byteLength(JSON.stringify(result)) <= WORKFLOW_LIMITS.maxValueBytes) return result;
    throw new JobFailure('limit', `The output has more than ${WORKFLOW_LIMITS.maxValueBytes} bytes.`, {
      mayRetry: false,
    });
  }

  private scope(steps: readonly StoredStep[]): Scope {
    const views = steps.map(({ id, state, output, error }) => [id, { status: state, output, error }]);
    return { input: this.input, steps: Object.fromEntries(views) as JsonValue, run: { id: this.parts.keyId } };
  }
}
