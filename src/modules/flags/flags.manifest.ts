import type { Manifest } from '../../kernel/composition/manifest';
import { flagsTenantData } from './storage/flags.tenant-data';

export const flagsManifest = {
  hosted: {
    flagsAdmin: () => import('./flags-admin.module.js'),
    flags: () => import('./flags.module.js'),
  },
  remote: () => import('./flags-client.module.js'),
  controllers: {
    public: [() => import('./rest/flags.backend.controller.js'), () => import('./rest/ofrep.backend.controller.js')],
    internal: [
      () => import('./rest/flag-history.control-plane.controller.js'),
      () => import('./rest/flags.control-plane.controller.js'),
    ],
    grpc: [() => import('./grpc/flags.grpc.controller.js'), () => import('./grpc/flags.internal.controller.js')],
  },
  tenantData: flagsTenantData,
} satisfies Manifest;
