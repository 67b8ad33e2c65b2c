import type { TenantData, TenantRow } from '../../../kernel/tenant-data/tenant-data';
import { flagChange } from '../contract/flags-admin.types';
import { FLAGS_TOPIC } from '../contract/flags.types';

/**
 * The changes of all tenants that are due are made the oldest first, so many at a time: those that could never be made would
 * keep the others from their turn.
 */
function unlessImpossible(row: TenantRow): TenantRow | null {
  return flagChange.safeParse(row['change']).success ? row : null;
}

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
      admitted: unlessImpossible,
    },
  ],
};
