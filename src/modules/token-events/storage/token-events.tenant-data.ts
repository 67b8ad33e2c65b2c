import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const tokenEventsTenantData: TenantData = {
  module: 'token_events',
  tables: [
    {
      table: 'token_events.counters',
      key: [],
      exported: { leftOut: 'Counts the token events of this installation, which are not exported.' },
      erased: 'rows',
      kept: 'As long as the tenant.',
    },
    {
      table: 'token_events.events',
      key: ['number', 'at'],
      exported: { leftOut: 'Events of tokens that are valid only in this installation.' },
      erased: 'rows',
      kept: 'For TOKEN_EVENTS_RETENTION_DAYS days; complete days are dropped.',
    },
    {
      table: 'token_events.staged',
      key: ['seq'],
      exported: { leftOut: 'Not yet moved into the token events, which are not exported.' },
      erased: 'rows',
      kept: 'Until it is moved into the token events, a moment later.',
    },
  ],
};
