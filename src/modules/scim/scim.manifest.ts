import type { Manifest } from '../../kernel/composition/manifest';
import { scimTenantData } from './storage/scim.tenant-data';

export const scimManifest = {
  hosted: {
    scim: () => import('./scim.module.js'),
  },
  controllers: {
    internal: [
      () => import('./rest/scim-connections.internal.controller.js'),
      () => import('./rest/scim-extensions.internal.controller.js'),
    ],
    proxied: [() => import('./rest/scim.internal.controller.js')],
  },
  tenantData: scimTenantData,
} satisfies Manifest;
