import type { JobsWorkerOptions } from '../modules/jobs/jobs-worker.module';

/** What this build runs jobs with, in every process that runs some: modules with the runners and tasks that they export. */
export const JOB_RUNNERS: Omit<JobsWorkerOptions, 'databaseUrl'> = {
  imports: [],
  runners: [],
  tasks: [],
};
