import type { TenantData } from '../../../kernel/tenant-data/tenant-data';
import { MASKING_TOPIC } from '../contract/masking.types';

export const maskingTenantData: TenantData = {
  module: 'masking',
  tables: [
    {
      table: 'masking.rules',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until other rules replace them.',
      announced: (row, tenantId) => ({
        topic: MASKING_TOPIC,
        tenantId,
        key: tenantId,
        payload: { version: row['version'] },
      }),
    },
    {
      table: 'masking.keys',
      key: ['generation'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'As long as the tenant exists, because tokens from any generation may still exist outside the installation.',
      reset: 'Masking has a new key. This installation cannot open earlier tokens or encrypted values.',
    },
  ],
};
