import type { TenantData, TenantRow } from '../../../kernel/tenant-data/tenant-data';

/** A record of an archive is recorded here and now, by which it is kept; when it happened is in its hash and stays. */
function recordedNow({ recorded_at: _, ...row }: TenantRow): TenantRow {
  return row;
}

// The log is about people of the tenant. That it was erased, and how much of it, stays in the log `system`.
export const auditTenantData: TenantData = {
  module: 'audit',
  tables: [
    {
      table: 'audit.retention',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant.',
    },
    {
      table: 'audit.persons',
      key: ['id'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until the person is erased.',
    },
    {
      table: 'audit.events',
      key: ['sequence', 'recorded_at'],
      exported: 'rows',
      erased: 'rows',
      kept: 'For as long as the tenant says; without a word of it, as long as the tenant.',
      admitted: recordedNow,
    },
    {
      table: 'audit.earlier_events',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until they are taken into the chain, which begins at once.',
    },
    {
      table: 'audit.leaves',
      key: ['sequence'],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant: what was proven stays provable.',
    },
    {
      table: 'audit.heads',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant: the one row from which the log goes on.',
    },
    {
      table: 'audit.checkpoints',
      key: ['size'],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant; of what is older than a day, the last of each hour.',
    },
  ],
};
