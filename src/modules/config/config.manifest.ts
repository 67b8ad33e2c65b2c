import type { Manifest } from '../../kernel/composition/manifest';
import { configTenantData } from './storage/config.tenant-data';

export const configManifest = {
  hosted: {
    configAdmin: () => import('./config-admin.module.js'),
    config: () => import('./config.module.js'),
  },
  controllers: {
    internal: [
      () => import('./rest/config-defaults.internal.controller.js'),
      () => import('./rest/config.internal.controller.js'),
    ],
    grpc: [() => import('./grpc/config.grpc.controller.js')],
  },
  tenantData: configTenantData,
} satisfies Manifest;
