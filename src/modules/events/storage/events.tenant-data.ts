import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const eventsTenantData: TenantData = {
  module: 'events',
  tables: [
    {
      table: 'events.counters',
      key: [],
      exported: { leftOut: 'Counts this installation’s events, which are not transferred.' },
      erased: 'rows',
      kept: 'As long as the tenant exists.',
    },
    {
      table: 'events.events',
      key: ['number', 'at'],
      exported: {
        leftOut:
          'Events belong to the installation that published them. Subscribers in the other installation start with its events.',
      },
      erased: 'rows',
      kept: 'For EVENTS_RETENTION_DAYS days. All events of a day are deleted together.',
    },
    {
      table: 'events.staged',
      key: ['seq'],
      exported: { leftOut: 'Staged events are moved to the event log, which is not transferred.' },
      erased: 'rows',
      kept: 'Until the event is moved into the log a moment later.',
    },
  ],
};
