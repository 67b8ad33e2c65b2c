import type { Manifest } from '../../kernel/composition/manifest';
import { maskingTenantData } from './storage/masking.tenant-data';

export const maskingManifest = {
  hosted: {
    maskingRules: () => import('./masking-rules.module.js'),
    masking: () => import('./masking.module.js'),
  },
  remote: () => import('./masking-client.module.js'),
  controllers: {
    public: [() => import('./rest/masking.public.controller.js')],
    internal: [() => import('./rest/masking.internal.controller.js')],
    grpc: [
      () => import('./grpc/masking.grpc.controller.js'),
      () => import('./grpc/masking.internal-grpc.controller.js'),
    ],
  },
  tenantData: maskingTenantData,
} satisfies Manifest;
