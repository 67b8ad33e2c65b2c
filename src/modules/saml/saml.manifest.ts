import type { Manifest } from '../../kernel/composition/manifest';
import { samlTenantData } from './storage/saml.tenant-data';

export const samlManifest = {
  hosted: {
    samlProviders: () => import('./saml-providers.module.js'),
    saml: () => import('./saml.module.js'),
  },
  controllers: {
    internal: [() => import('./rest/saml-providers.internal.controller.js')],
    grpc: [() => import('./grpc/saml.grpc.controller.js')],
  },
  tenantData: samlTenantData,
} satisfies Manifest;
