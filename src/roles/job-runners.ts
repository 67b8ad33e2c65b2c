import type { JobsWorkerOptions } from '../modules/jobs/jobs-worker.module';
import { JobRunnersModule } from '../modules/jobs/runners/job-runners.module';
import { WorkflowRunner } from '../modules/workflows/run/workflow.runner';
import { WorkflowsWorkerModule } from '../modules/workflows/workflows-worker.module';
import type { Settings } from './settings';
import { workflowUrlRules } from './workflow-url-rules';

/**
 * What a process that runs jobs runs them with: modules with the runners and tasks that they export.
 * Errors: a container engine that the settings name and that is not there.
 */
export function jobRunners(settings: Settings): Omit<JobsWorkerOptions, 'base' | 'isEager'> {
  const { module, runners } = JobRunnersModule.host(settings.jobRunners);
  const workflows = WorkflowsWorkerModule.host(workflowUrlRules(settings));
  return { imports: [module, workflows], runners: [...runners, WorkflowRunner], tasks: [] };
}
