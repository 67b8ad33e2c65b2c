import type { TenantData } from '../../../kernel/tenant-data/tenant-data';
import { FLAGS_TOPIC } from '../contract/flags.types';

export const flagsTenantData: TenantData = {
  module: 'flags',
  tables: [
    {
      table: 'flags.heads',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant.',
      announced: (row, tenantId) => ({
        topic: FLAGS_TOPIC,
        tenantId,
        key: tenantId,
        payload: { version: row['version'] },
      }),
    },
    {
      table: 'flags.versions',
      key: ['version'],
      exported: 'rows',
      erased: 'rows',
      kept: 'The newest versions, as many as the limit says.',
    },
    {
      table: 'flags.scheduled',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until it is long done, or taken back.',
    },
  ],
};
