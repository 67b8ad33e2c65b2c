import type { Manifest } from '../../kernel/composition/manifest';
import { appsTenantData } from './storage/apps.tenant-data';

export const appsManifest = {
  hosted: {
    appOrigins: () => import('./app-origins.module.js'),
    apps: () => import('./apps.module.js'),
    clientRegistrations: () => import('./client-registrations.module.js'),
    clients: () => import('./clients.module.js'),
  },
  controllers: {
    internal: [() => import('./rest/scopes.internal.controller.js')],
    proxied: [
      () => import('./rest/apps.internal.controller.js'),
      () => import('./rest/self-registration.internal.controller.js'),
    ],
  },
  tenantData: appsTenantData,
} satisfies Manifest;
