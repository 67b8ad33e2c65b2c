import type { Manifest } from '../../kernel/composition/manifest';
import { policyConfig } from './policy.config';
import { policyTenantData } from './storage/policy.tenant-data';

export const policyManifest = {
  config: [policyConfig],
  hosted: {
    policyBundles: () => import('./policy-bundles.module.js'),
    policy: () => import('./policy.module.js'),
  },
  controllers: {
    internal: [
      () => import('./rest/evaluate.internal.controller.js'),
      () => import('./rest/legacy-policies.internal.controller.js'),
      () => import('./rest/policy.internal.controller.js'),
    ],
    grpc: [() => import('./grpc/policy.grpc.controller.js')],
    opa: [() => import('./rest/documents.opa.controller.js')],
  },
  tenantData: policyTenantData,
} satisfies Manifest;
