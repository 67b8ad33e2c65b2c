import type { Manifest } from '../../kernel/composition/manifest';
import { entitlementsTenantData } from './storage/entitlements.tenant-data';

export const entitlementsManifest = {
  hosted: {
    entitlementsAdmin: () => import('./entitlements-admin.module.js'),
    entitlements: () => import('./entitlements.module.js'),
  },
  remote: () => import('./entitlements-client.module.js'),
  controllers: {
    internal: [
      () => import('./rest/entitlements.internal.controller.js'),
      () => import('./rest/plans.internal.controller.js'),
    ],
    grpc: [() => import('./grpc/license.grpc.controller.js')],
  },
  tenantData: entitlementsTenantData,
} satisfies Manifest;
