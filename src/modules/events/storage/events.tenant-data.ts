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
      exported: { leftOut: 'What happened on this installation; whoever follows another one begins there.' },
      erased: 'rows',
      kept: 'For as many days as EVENTS_RETENTION_DAYS says; a day is dropped whole.',
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
