import type { JobsWorkerOptions } from '../modules/jobs/jobs-worker.module';
import { JobRunnersModule } from '../modules/jobs/runners/job-runners.module';
import type { Settings } from './settings';

/**
 * What a process that runs jobs runs them with: modules with the runners and tasks that they export.
 * Errors: a container engine that the settings name and that is not there.
 */
export function jobRunners({ jobRunners: settings }: Settings): Omit<JobsWorkerOptions, 'databaseUrl' | 'isEager'> {
  const { module, runners } = JobRunnersModule.host(settings);
  return { imports: [module], runners, tasks: [] };
}
