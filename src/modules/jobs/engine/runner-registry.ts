import { Inject, Injectable } from '@nestjs/common';
import type { JobRunner } from '../contract/job-runner';
import type { JobType } from '../contract/job.types';

/** Injection token of the runners of this process. */
export const RUNNERS = Symbol('RUNNERS');

/** The runners of this process, one of each type. */
@Injectable()
export class RunnerRegistry {
  private readonly byType: ReadonlyMap<JobType, JobRunner>;

  constructor(@Inject(RUNNERS) runners: readonly JobRunner[]) {
    this.byType = new Map(runners.map((runner) => [runner.type, runner]));
    if (this.byType.size < runners.length) throw new Error('Two runners take jobs of the same type.');
  }

  all(): readonly JobRunner[] {
    return [...this.byType.values()];
  }

  /** The runner that takes a job; `null` when none does. */
  of(type: JobType, kind: string): JobRunner | null {
    const runner = this.byType.get(type);
    return runner === undefined || (runner.kinds !== null && !runner.kinds.includes(kind)) ? null : runner;
  }

  /** What this process takes: type to its kinds, or to `null` for any. */
  takes(): Readonly<Record<string, readonly string[] | null>> {
    const open = this.all().filter(({ slots }) => slots > 0);
    return Object.fromEntries(open.map(({ type, kinds }) => [type, kinds]));
  }
}
