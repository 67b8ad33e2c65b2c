import type { Manifest } from '../../kernel/composition/manifest';
import { tenantsConfig } from './tenants.config';
import { tenantsTenantData } from './storage/tenants.tenant-data';

export const tenantsManifest = {
  config: [tenantsConfig],
  hosted: {
    tenantLifecycle: () => import('./tenant-lifecycle.module.js'),
    tenants: () => import('./tenants.module.js'),
  },
  controllers: {
    internal: [() => import('./rest/tenant-lifecycle.internal.controller.js')],
    proxied: [
      () => import('./rest/own-tenant.internal.controller.js'),
      () => import('./rest/tenants.internal.controller.js'),
    ],
  },
  tenantData: tenantsTenantData,
} satisfies Manifest;
