import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const eventsTenantData: TenantData = {
  module: 'events',
  tables: [
    {
      table: 'events.counters',
      key: [],
      exported: { leftOut: 'Counts the events of this installation, which do not travel.' },
      erased: 'rows',
      kept: 'As long as the tenant.',
    },
    {
      table: 'events.events',
      key: ['number', 'at'],
      exported: {
        leftOut:
          'Events belong to the installation that published them. A subscriber of another installation starts with the events of that one.',
      },
      erased: 'rows',
      kept: 'For EVENTS_RETENTION_DAYS days. The events of a day are deleted together.',
    },
    {
      table: 'events.staged',
      key: ['seq'],
      exported: { leftOut: 'On its way into the events, which do not travel.' },
      erased: 'rows',
      kept: 'Until it is moved into the events, a moment later.',
    },
  ],
};
