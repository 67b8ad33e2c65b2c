import type { WorkOrigin } from '../../../kernel/threads/slow-work';
import { type SlicedWork, type TenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import { JobFailure } from '../contract/job-runner';
import type { TaskScheduler } from '../contract/sync-task';

const MICROS_PER_SECOND = 1_000_000;

/** Schedules the work of one task on the main thread, within its CPU time budget. */
export class MeteredScheduler implements TaskScheduler {
  private usedMicros = 0;

  constructor(
    private readonly scheduler: TenantScheduler,
    private readonly origin: WorkOrigin,
    private readonly budgetSeconds: number,
    private readonly signal: AbortSignal,
  ) {}

  runSliced<T>(work: SlicedWork<T>): Promise<T> {
    return this.scheduler.runSliced(this.origin, { next: () => this.counted(work) }, this.signal);
  }

  private counted<T>(work: SlicedWork<T>): IteratorResult<unknown, T> {
    if (this.usedMicros > this.budgetSeconds * MICROS_PER_SECOND) {
      work.return?.();
      const message = `The task used more than ${this.budgetSeconds} s of CPU time. Split its input into several jobs.`;
      throw new JobFailure('limit', message, { mayRetry: false });
    }
    const before = process.threadCpuUsage();
    try {
      return work.next();
    } finally {
      const { user, system } = process.threadCpuUsage(before);
      this.usedMicros += user + system;
    }
  }
}
