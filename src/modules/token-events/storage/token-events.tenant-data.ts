import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const tokenEventsTenantData: TenantData = {
  module: 'token_events',
  tables: [
    {
      table: 'token_events.events',
      key: ['xid', 'seq', 'at'],
      exported: { leftOut: 'About tokens that work nowhere else, in the order of this server’s own transactions.' },
      erased: 'rows',
      kept: 'For as many days as TOKEN_EVENTS_RETENTION_DAYS says; a day is dropped whole.',
    },
  ],
};
