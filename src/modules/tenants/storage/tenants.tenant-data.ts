import type { TenantData } from '../../../kernel/tenant-data/tenant-data';
import { TENANTS_TOPIC } from '../contract/tenants.types';

export const tenantsTenantData: TenantData = {
  module: 'tenants',
  tables: [
    {
      table: 'tenants.tenants',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the tenant is deleted.',
      announced: (_row, tenantId) => ({ topic: TENANTS_TOPIC, tenantId, key: tenantId, payload: {} }),
    },
  ],
};
