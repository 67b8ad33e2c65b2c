import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const eventsTenantData: TenantData = {
  module: 'events',
  tables: [
    {
      table: 'events.events',
      key: ['xid', 'seq', 'at'],
      exported: { leftOut: 'What happened on this installation, in the order of its own transactions.' },
      erased: 'rows',
      kept: 'For as many days as EVENTS_RETENTION_DAYS says; a day is dropped whole.',
    },
  ],
};
