import type { TenantData } from '../../../kernel/tenant-data/tenant-data';
import { CONFIG_TOPIC } from '../contract/config.types';

export const configTenantData: TenantData = {
  module: 'config',
  tables: [
    {
      table: 'config.versions',
      key: ['version'],
      exported: 'rows',
      erased: 'rows',
      kept: 'The newest versions, up to the limit.',
      announced: (row, tenantId) => ({
        topic: CONFIG_TOPIC,
        tenantId,
        key: tenantId,
        payload: { version: row['version'] },
      }),
    },
  ],
};
