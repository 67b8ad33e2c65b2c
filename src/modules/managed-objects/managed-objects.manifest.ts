import type { Manifest } from '../../kernel/composition/manifest';
import { managedObjectsTenantData } from './storage/managed-objects.tenant-data';

export const managedObjectsManifest = {
  hosted: { managedObjects: () => import('./managed-objects.module.js') },
  controllers: { internal: [() => import('./rest/managed-objects.internal.controller.js')] },
  tenantData: managedObjectsTenantData,
} satisfies Manifest;
