import type { Manifest } from '../../kernel/composition/manifest';
import { connectionsConfig } from './connections.config';
import { connectionsTenantData } from './storage/connections.tenant-data';

export const connectionsManifest = {
  config: [connectionsConfig],
  hosted: {
    connections: () => import('./connections.module.js'),
  },
  controllers: {
    proxied: [
      () => import('./rest/connection-domains.internal.controller.js'),
      () => import('./rest/connections.internal.controller.js'),
      () => import('./rest/identities.internal.controller.js'),
    ],
  },
  tenantData: connectionsTenantData,
} satisfies Manifest;
