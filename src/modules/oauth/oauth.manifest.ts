import type { Manifest } from '../../kernel/composition/manifest';
import { oauthConfig } from './oauth.config';
import { oauthTenantData } from './storage/oauth.tenant-data';

export const oauthManifest = {
  config: [oauthConfig],
  hosted: {
    accessTokens: () => import('./access-tokens.module.js'),
    oauth: () => import('./oauth.module.js'),
    refresh: () => import('./refresh.module.js'),
  },
  controllers: {
    internal: [
      () => import('./rest/client-registration.control-plane.controller.js'),
      () => import('./rest/grants.control-plane.controller.js'),
      () => import('./rest/login.control-plane.controller.js'),
      () => import('./rest/oauth.control-plane.controller.js'),
      () => import('./rest/userinfo.control-plane.controller.js'),
    ],
    grpc: [() => import('./grpc/refresh.grpc.controller.js')],
  },
  tenantData: oauthTenantData,
} satisfies Manifest;
