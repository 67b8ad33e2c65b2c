import type { Manifest } from '../../kernel/composition/manifest';
import { tokenEventsConfig } from './token-events.config';
import { tokenEventsTenantData } from './storage/token-events.tenant-data';

export const tokenEventsManifest = {
  config: [tokenEventsConfig],
  hosted: {
    tokenEvents: () => import('./token-events.module.js'),
    tokenEventMover: () => import('./token-event-mover.module.js'),
  },
  controllers: {
    internal: [() => import('./rest/token-events.internal.controller.js')],
  },
  tenantData: tokenEventsTenantData,
} satisfies Manifest;
