import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const tokenEventsTenantData: TenantData = {
  module: 'token_events',
  tables: [
    {
      table: 'token_events.counters',
      key: [],
      exported: { leftOut: 'Counts the token events of this installation, which do not travel.' },
      erased: 'rows',
      kept: 'As long as the tenant.',
    },
    {
      table: 'token_events.events',
      key: ['number', 'at'],
      exported: { leftOut: 'About tokens that work nowhere else.' },
      erased: 'rows',
      kept: 'For as many days as TOKEN_EVENTS_RETENTION_DAYS says; a day is dropped whole.',
    },
    {
      table: 'token_events.staged',
      key: ['seq'],
      exported: { leftOut: 'On its way into the token events, which do not travel.' },
      erased: 'rows',
      kept: 'Until it is moved into the token events, a moment later.',
    },
  ],
};
