import type { Manifest } from '../../kernel/composition/manifest';
import { jobsConfig } from './jobs.config';
import { jobRunnersConfig } from './runners/job-runners.config';
import { jobsTenantData } from './storage/jobs.tenant-data';

export const jobsManifest = {
  config: [jobsConfig, jobRunnersConfig],
  hosted: {
    inlineJobs: () => import('./inline-jobs.module.js'),
    jobsBase: () => import('./jobs-base.module.js'),
    jobsWorker: () => import('./jobs-worker.module.js'),
    jobs: () => import('./jobs.module.js'),
    ownedSchedules: () => import('./owned-schedules.module.js'),
    jobRunners: () => import('./runners/job-runners.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/job-schedules.public.controller.js'),
      () => import('./rest/job-streams.public.controller.js'),
      () => import('./rest/jobs.public.controller.js'),
    ],
    grpc: [() => import('./grpc/jobs.grpc.controller.js')],
  },
  tenantData: jobsTenantData,
} satisfies Manifest;
