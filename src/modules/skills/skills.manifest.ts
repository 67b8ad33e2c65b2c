import type { Manifest } from '../../kernel/composition/manifest';
import { skillsConfig } from './skills.config';
import { skillsTenantData } from './storage/skills.tenant-data';

export const skillsManifest = {
  config: [skillsConfig],
  hosted: {
    skillsRunner: () => import('./skills-runner.module.js'),
    skills: () => import('./skills.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/mcp/mcp.public.controller.js'),
      () => import('./rest/resource-metadata.public.controller.js'),
      () => import('./rest/skill-aliases.public.controller.js'),
      () => import('./rest/skill-runs.public.controller.js'),
      () => import('./rest/skills.public.controller.js'),
    ],
  },
  tenantData: skillsTenantData,
} satisfies Manifest;
