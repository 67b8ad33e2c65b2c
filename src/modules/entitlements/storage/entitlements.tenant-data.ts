import { type TenantData, textOf } from '../../../kernel/tenant-data/tenant-data';
import { ENTITLEMENTS_TOPIC } from '../contract/entitlements.types';

export const entitlementsTenantData: TenantData = {
  module: 'entitlements',
  tables: [
    {
      table: 'entitlements.licences',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until it is replaced or deleted.',
      announced: (_row, tenantId) => ({ topic: ENTITLEMENTS_TOPIC, tenantId, key: '', payload: {} }),
    },
    {
      table: 'entitlements.overrides',
      key: ['key'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until it is deleted, even after it has expired.',
      announced: (row, tenantId) => ({ topic: ENTITLEMENTS_TOPIC, tenantId, key: textOf(row, 'key'), payload: {} }),
    },
  ],
};
