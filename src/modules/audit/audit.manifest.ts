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
      () => import('./rest/audit-proofs.backend.controller.js'),
      () => import('./rest/audit.backend.controller.js'),
      () => import('./rest/custom-events.backend.controller.js'),
    ],
    internal: [
      () => import('./rest/audit-proofs.control-plane.controller.js'),
      () => import('./rest/audit-retention.control-plane.controller.js'),
      () => import('./rest/audit.control-plane.controller.js'),
    ],
    grpc: [
      () => import('./grpc/audit-query.grpc.controller.js'),
      () => import('./grpc/audit.grpc.controller.js'),
      () => import('./grpc/audit.internal.controller.js'),
    ],
  },
  tenantData: auditTenantData,
} satisfies Manifest;
