import type { Manifest } from '../../kernel/composition/manifest';
import { credentialsTenantData } from './storage/credentials.tenant-data';

export const credentialsManifest = {
  hosted: {
    apiKeys: () => import('./api-keys.module.js'),
    credentials: () => import('./credentials.module.js'),
  },
  controllers: {
    public: [() => import('./rest/credentials.public.controller.js')],
  },
  tenantData: credentialsTenantData,
} satisfies Manifest;
