import type { Manifest } from '../../kernel/composition/manifest';
import { workflowsTenantData } from './storage/workflows.tenant-data';

export const workflowsManifest = {
  hosted: {
    ownedTriggers: () => import('./owned-triggers.module.js'),
    workflowsWorker: () => import('./workflows-worker.module.js'),
    workflows: () => import('./workflows.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/workflow-hooks.public.controller.js'),
      () => import('./rest/workflow-runs.public.controller.js'),
      () => import('./rest/workflow-triggers.public.controller.js'),
      () => import('./rest/workflows.public.controller.js'),
    ],
  },
  tenantData: workflowsTenantData,
} satisfies Manifest;
