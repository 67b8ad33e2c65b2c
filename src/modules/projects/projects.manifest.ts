import type { Manifest } from '../../kernel/composition/manifest';
import { projectsTenantData } from './storage/projects.tenant-data';

export const projectsManifest = {
  hosted: {
    projects: () => import('./projects.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/project-members.backend.controller.js'),
      () => import('./rest/projects.backend.controller.js'),
    ],
  },
  tenantData: projectsTenantData,
} satisfies Manifest;
