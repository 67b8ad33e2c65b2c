import type { Manifest } from '../../kernel/composition/manifest';
import { flagsTenantData } from './storage/flags.tenant-data';

export const flagsManifest = {
  hosted: {
    flagsAdmin: () => import('./flags-admin.module.js'),
    flags: () => import('./flags.module.js'),
  },
  remote: () => import('./flags-client.module.js'),
  controllers: {
    public: [() => import('./rest/flags.public.controller.js'), () => import('./rest/ofrep.public.controller.js')],
    internal: [
      () => import('./rest/flag-history.internal.controller.js'),
      () => import('./rest/flags.internal.controller.js'),
    ],
    grpc: [() => import('./grpc/flags.grpc.controller.js'), () => import('./grpc/flags.internal-grpc.controller.js')],
  },
  tenantData: flagsTenantData,
} satisfies Manifest;
