import type { Manifest } from '../../kernel/composition/manifest';
import { rateLimitConfig } from './rate-limit.config';
import { rateLimitTenantData } from './storage/rate-limit.tenant-data';

export const rateLimitManifest = {
  config: [rateLimitConfig],
  hosted: {
    rateLimitRules: () => import('./rate-limit-rules.module.js'),
    rateLimit: () => import('./rate-limit.module.js'),
  },
  remote: () => import('./rate-limit-client.module.js'),
  controllers: {
    internal: [
      () => import('./rest/plan-rate-limits.internal.controller.js'),
      () => import('./rest/rate-limits.internal.controller.js'),
    ],
    grpc: [
      () => import('./grpc/rate-limit.grpc.controller.js'),
      () => import('./grpc/rate-limit.internal-grpc.controller.js'),
    ],
  },
  tenantData: rateLimitTenantData,
} satisfies Manifest;
