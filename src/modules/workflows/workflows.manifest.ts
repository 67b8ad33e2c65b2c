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
      () => import('./rest/workflow-hooks.backend.controller.js'),
      () => import('./rest/workflow-runs.backend.controller.js'),
      () => import('./rest/workflow-triggers.backend.controller.js'),
      () => import('./rest/workflows.backend.controller.js'),
    ],
  },
  tenantData: workflowsTenantData,
} satisfies Manifest;
