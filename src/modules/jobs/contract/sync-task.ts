import type { SlicedWork } from '../../../kernel/threads/tenant-scheduler';
import type { JobRun, RunnableJob } from './job-runner';
import type { JsonValue } from './job.types';

/** The main thread of the worker, which its tasks share with its heartbeats. */
export interface TaskScheduler {
  /**
   * Works on a tenant's data in steps of a few milliseconds, fair between tenants, and counts the CPU time against the budget
   * of the task.
   * Errors: `JobFailure` with `limit` for a task that passes its budget; the reason of the run's signal; those of `work`.
   */
  runSliced<T>(work: SlicedWork<T>): Promise<T>;
}

/**
 * A named task of this product that runs in a worker's own process, such as an import or an export: a job of type `sync`
 * whose kind is the task's. The worker finds those that the Nest modules of its process provide. It never holds the main thread: work on
 * rows goes through `turns`, and what cannot be split goes to `DocumentWorkers`.
 */
export abstract class SyncTask {
  abstract readonly kind: string;
  /** As {@link JobRunner.run}. @returns what the job gives. */
  abstract run(job: RunnableJob, run: JobRun, turns: TaskScheduler): Promise<JsonValue>;
}
