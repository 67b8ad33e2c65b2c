import type { TenantData, TenantRow } from '../../../kernel/tenant-data/tenant-data';
import { flagChange } from '../contract/flags-admin.types';
import { FLAGS_TOPIC } from '../contract/flags.types';

/**
 * Drops a change that can never be applied: due changes of all tenants are applied in batches, the oldest first, so such changes would
 * block the others.
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
      kept: 'As long as the tenant exists.',
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
      kept: 'The newest versions, up to the limit.',
    },
    {
      table: 'flags.scheduled',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until it is canceled, or displaced by newer completed changes.',
      admitted: unlessImpossible,
    },
  ],
};
