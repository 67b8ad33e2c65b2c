import type { Manifest } from '../../kernel/composition/manifest';
import { factorsTenantData } from './storage/factors.tenant-data';

export const factorsManifest = {
  hosted: { factors: () => import('./factors.module.js') },
  controllers: {
    internal: [
      () => import('./rest/sign-in-rules.internal.controller.js'),
      () => import('./rest/user-factors.internal.controller.js'),
    ],
  },
  tenantData: factorsTenantData,
} satisfies Manifest;
