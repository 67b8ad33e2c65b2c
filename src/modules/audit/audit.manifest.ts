import type { Manifest } from '../../kernel/composition/manifest';
import { auditConfig } from './audit.config';
import { auditTenantData } from './storage/audit.tenant-data';

export const auditManifest = {
  config: [auditConfig],
  hosted: {
    audit: () => import('./audit.module.js'),
    checkpoints: () => import('./checkpoints/checkpoints.module.js'),
  },
  remote: () => import('./audit-client.module.js'),
  controllers: {
    public: [
      () => import('./rest/audit-proofs.public.controller.js'),
      () => import('./rest/audit.public.controller.js'),
      () => import('./rest/custom-events.public.controller.js'),
    ],
    internal: [
      () => import('./rest/audit-proofs.internal.controller.js'),
      () => import('./rest/audit-retention.internal.controller.js'),
      () => import('./rest/audit.internal.controller.js'),
    ],
    grpc: [
      () => import('./grpc/audit-query.grpc.controller.js'),
      () => import('./grpc/audit.grpc.controller.js'),
      () => import('./grpc/audit.internal-grpc.controller.js'),
    ],
  },
  tenantData: auditTenantData,
} satisfies Manifest;
