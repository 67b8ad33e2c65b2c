import type { SlicedWork } from '../../../kernel/threads/tenant-scheduler';
import type { JobRun, RunnableJob } from './job-runner';
import type { JsonValue } from './job.types';

/** Schedules work on the worker's main thread, which tasks share with heartbeats. */
export interface TaskScheduler {
  /**
   * Processes a tenant's data in steps of a few milliseconds, shares the thread fairly between tenants, and charges the CPU time to the
   * task's budget. Errors: `JobFailure` with the reason `limit` if the task exceeds its budget; the reason of the run's signal; the errors
   * of `work`.
   */
  runSliced<T>(work: SlicedWork<T>): Promise<T>;
}

/**
 * A built-in task that runs in the worker's own process, such as an import or export. A job of type `sync` names the task as its kind. The
 * worker finds the tasks that the Nest modules of its process provide. A task must never block the main thread: it processes rows through
 * `turns`, and passes indivisible work to `DocumentWorkers`.
 */
export abstract class SyncTask {
  abstract readonly kind: string;
  /** Runs the task, like {@link JobRunner.run}. @returns the job's result. */
  abstract run(job: RunnableJob, run: JobRun, turns: TaskScheduler): Promise<JsonValue>;
}
