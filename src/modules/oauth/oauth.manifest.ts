import type { Manifest } from '../../kernel/composition/manifest';
import { oauthConfig } from './oauth.config';
import { oauthTenantData } from './storage/oauth.tenant-data';

export const oauthManifest = {
  config: [oauthConfig],
  hosted: {
    accessTokens: () => import('./access-tokens.module.js'),
    oauth: () => import('./oauth.module.js'),
    tokenClaims: () => import('./token-claims.module.js'),
    refresh: () => import('./refresh.module.js'),
  },
  controllers: {
    internal: [
      () => import('./rest/login.internal.controller.js'),
      () => import('./rest/token-policy.internal.controller.js'),
    ],
    proxied: [
      () => import('./rest/app-token-claims.internal.controller.js'),
      () => import('./rest/client-registration.internal.controller.js'),
      () => import('./rest/grants.internal.controller.js'),
      () => import('./rest/metadata.internal.controller.js'),
      () => import('./rest/oauth.internal.controller.js'),
      () => import('./rest/token-claims.internal.controller.js'),
      () => import('./rest/userinfo.internal.controller.js'),
    ],
    grpc: [() => import('./grpc/refresh.grpc.controller.js')],
  },
  tenantData: oauthTenantData,
} satisfies Manifest;
