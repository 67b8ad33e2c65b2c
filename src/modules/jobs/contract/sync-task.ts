import type { JobRun, RunnableJob } from './job-runner';
import type { JsonValue } from './job.types';

/**
 * A named task of this product that runs in a worker's own process, such as an import or an export: a job of type `sync`
 * whose kind is the task's. Registered by the role's core (`JobsWorkerModule.host`).
 */
export abstract class SyncTask {
  abstract readonly kind: string;
  /** As {@link JobRunner.run}. @returns what the job gives. */
  abstract run(job: RunnableJob, run: JobRun): Promise<JsonValue>;
}
