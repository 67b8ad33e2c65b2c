import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const tokenEventsTenantData: TenantData = {
  module: 'token_events',
  tables: [
    {
      table: 'token_events.counters',
      key: [],
      exported: { leftOut: 'Counts this installation’s token events, which are not exported.' },
      erased: 'rows',
      kept: 'As long as the tenant.',
    },
    {
      table: 'token_events.events',
      key: ['number', 'at'],
      exported: { leftOut: 'Token events are about tokens that are valid only in this installation.' },
      erased: 'rows',
      kept: 'For TOKEN_EVENTS_RETENTION_DAYS days. All events of a day are dropped together.',
    },
    {
      table: 'token_events.staged',
      key: ['seq'],
      exported: { leftOut: 'Staged events are moved to the token event log, which is not exported.' },
      erased: 'rows',
      kept: 'Until the event is moved into the log a moment later.',
    },
  ],
};
