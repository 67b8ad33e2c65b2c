import type { Manifest } from '../../kernel/composition/manifest';
import { scimTenantData } from './storage/scim.tenant-data';

export const scimManifest = {
  hosted: {
    scim: () => import('./scim.module.js'),
  },
  controllers: {
    internal: [
      () => import('./rest/scim-connections.control-plane.controller.js'),
      () => import('./rest/scim-extensions.control-plane.controller.js'),
      () => import('./rest/scim.control-plane.controller.js'),
    ],
  },
  tenantData: scimTenantData,
} satisfies Manifest;
