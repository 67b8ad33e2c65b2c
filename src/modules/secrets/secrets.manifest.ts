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
    public: [() => import('./rest/secrets.backend.controller.js')],
    internal: [
      () => import('./rest/secret-access.control-plane.controller.js'),
      () => import('./rest/secret-sealing.control-plane.controller.js'),
      () => import('./rest/secrets.control-plane.controller.js'),
    ],
    grpc: [() => import('./grpc/secrets.grpc.controller.js'), () => import('./grpc/secrets.internal.controller.js')],
  },
  tenantData: secretsTenantData,
} satisfies Manifest;
