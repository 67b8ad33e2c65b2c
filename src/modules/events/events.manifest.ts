import type { Manifest } from '../../kernel/composition/manifest';
import { eventsConfig } from './events.config';
import { eventsTenantData } from './storage/events.tenant-data';

export const eventsManifest = {
  config: [eventsConfig],
  hosted: {
    events: () => import('./events.module.js'),
  },
  controllers: {
    public: [() => import('./rest/events.public.controller.js')],
  },
  tenantData: eventsTenantData,
} satisfies Manifest;
