import type { Manifest } from '../../kernel/composition/manifest';
import { projectsTenantData } from './storage/projects.tenant-data';

export const projectsManifest = {
  hosted: {
    projects: () => import('./projects.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/project-members.public.controller.js'),
      () => import('./rest/projects.public.controller.js'),
    ],
  },
  tenantData: projectsTenantData,
} satisfies Manifest;
