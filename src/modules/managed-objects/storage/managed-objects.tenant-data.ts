import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const managedObjectsTenantData: TenantData = {
  module: 'managed_objects',
  tables: [
    {
      table: 'managed_objects.objects',
      key: ['place'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the configuration no longer contains the object.',
    },
  ],
};
