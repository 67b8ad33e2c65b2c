import { tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import { JobFailure, type JobOutcome, JobRunner, type JobRun, type RunnableJob } from '../contract/job-runner';
import type { SyncTask } from '../contract/sync-task';
import type { JobsConfig } from '../jobs.config';
import { MeteredScheduler } from './metered-scheduler';

/** Runs built-in tasks in the worker's own process. Each task has a budget of CPU time on the main thread. */
export class SyncRunner extends JobRunner {
  readonly type = 'sync';
  override readonly resumes = true;
  readonly kinds: readonly string[];
  readonly slots: number;
  private readonly tasks: ReadonlyMap<string, SyncTask>;

  constructor(
    tasks: readonly SyncTask[],
    private readonly config: JobsConfig,
  ) {
    super();
    this.tasks = new Map(tasks.map((task) => [task.kind, task]));
    if (this.tasks.size < tasks.length) throw new Error('Two tasks have the same kind.');
    this.kinds = [...this.tasks.keys()];
    this.slots = config.JOBS_SYNC_SLOTS;
  }

  async run(job: RunnableJob, run: JobRun): Promise<JobOutcome> {
    const task = this.tasks.get(job.job.kind);
    if (task === undefined) throw new JobFailure('no_runner', 'This worker has no such task.');
    const { id, kind } = job.job;
    const origin = { kind: `job.${kind}`, tenantId: run.context.tenantId ?? '', resource: id };
    const turns = new MeteredScheduler(tenantScheduler, origin, this.config.JOBS_SYNC_CPU_SECONDS, run.signal);
    return { result: await task.run(job, run, turns) };
  }
}
