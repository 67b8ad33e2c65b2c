import type { Manifest } from '../../kernel/composition/manifest';
import { secretsConfig } from './secrets.config';
import { secretsTenantData } from './storage/secrets.tenant-data';

export const secretsManifest = {
  config: [secretsConfig],
  hosted: {
    secretAccess: () => import('./secret-access.module.js'),
    secretStore: () => import('./secret-store.module.js'),
    secrets: () => import('./secrets.module.js'),
  },
  remote: () => import('./secrets-client.module.js'),
  controllers: {
    public: [() => import('./rest/secrets.public.controller.js')],
    internal: [
      () => import('./rest/secret-access.internal.controller.js'),
      () => import('./rest/secret-sealing.internal.controller.js'),
      () => import('./rest/secrets.internal.controller.js'),
    ],
    grpc: [
      () => import('./grpc/secrets.grpc.controller.js'),
      () => import('./grpc/secrets.internal-grpc.controller.js'),
    ],
  },
  tenantData: secretsTenantData,
} satisfies Manifest;
