import type { Manifest } from '../../kernel/composition/manifest';
import { webhooksConfig } from './webhooks.config';
import { webhooksTenantData } from './storage/webhooks.tenant-data';

export const webhooksManifest = {
  config: [webhooksConfig],
  hosted: {
    webhooks: () => import('./webhooks.module.js'),
  },
  controllers: {
    public: [() => import('./rest/webhooks.public.controller.js')],
  },
  tenantData: webhooksTenantData,
} satisfies Manifest;
