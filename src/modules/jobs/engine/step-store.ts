import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../../kernel/batching/group-commit';
import { toJsonb } from '../../../kernel/database/jsonb';
import { JobStop } from '../contract/job-runner';
import type { JsonValue } from '../contract/job.types';
import type { RunKey } from '../storage/dispatch.repository';
import { type DoneStep, StepsRepository } from '../storage/steps.repository';
import { retryWhileUnavailable } from './retry-while-unavailable';

/** Performs a step of a run, or returns its stored result. */
export type TakeStep = <T extends JsonValue | undefined>(name: string, work: () => Promise<T>) => Promise<T>;

const MAX_BATCH = 100;
const MAX_PENDING = 10_000;

interface Entry {
  readonly step: RunKey & DoneStep;
  isKept: boolean;
}

/** Stores the results of finished steps. Steps that finish concurrently share a transaction. */
@Injectable()
export class StepStore {
  private readonly commits: GroupCommit<Entry>;

  constructor(private readonly repository: StepsRepository) {
    this.commits = new GroupCommit<Entry>({
      write: async (entries) => {
        const kept = await repository.keep(entries.map(({ step }) => step));
        for (const entry of entries) entry.isKept = kept.has(`${entry.step.id} ${entry.step.number}`);
      },
      maxBatch: MAX_BATCH,
      maxPending: MAX_PENDING,
    });
  }

  /**
   * Returns the function that performs the steps of a run. Steps are identified by their order. Errors of each step: the errors of its
   * work, which are not stored; `JobStop` when the run has lost its job. Throws a plain `Error` when the step differs from the previous
   * run's step at the same position.
   * @param isNew true when the job had no earlier run. @param signal ends the wait for an unavailable store.
   */
  stepsOf(run: RunKey, isNew: boolean, signal: AbortSignal): TakeStep {
    let count = 0;
    let earlier: Promise<ReadonlyMap<number, DoneStep>> | null = null;
    return async <T extends JsonValue | undefined>(name: string, work: () => Promise<T>): Promise<T> => {
      count += 1;
      const number = count;
      earlier ??= this.earlierSteps(run, isNew, signal);
      const done = (await earlier).get(number);
      if (done === undefined) {
        const result = asStored(await work());
        await this.keep({ ...run, number, name, result }, signal);
        return result;
      }
      if (done.name !== name) throw new Error(`Step ${number} was ${done.name} and is now ${name}.`);
      return done.result as T;
    };
  }

  private async earlierSteps(run: RunKey, isNew: boolean, signal: AbortSignal): Promise<ReadonlyMap<number, DoneStep>> {
    const steps = isNew ? [] : await retryWhileUnavailable(() => this.repository.of(run), signal);
    return new Map(steps.map((step) => [step.number, step]));
  }

  private async keep(step: RunKey & DoneStep, signal: AbortSignal): Promise<void> {
    const entry = { step, isKept: false };
    await retryWhileUnavailable(() => this.commits.add(entry), signal);
    if (!entry.isKept) throw new JobStop('lost');
  }
}

/** Returns a result in the form in which a later run reads it from the store. */
function asStored<T extends JsonValue | undefined>(result: T): T {
  return result === undefined ? result : (JSON.parse(toJsonb(result)) as T);
}
