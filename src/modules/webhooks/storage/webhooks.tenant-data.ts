import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const webhooksTenantData: TenantData = {
  module: 'webhooks',
  tables: [
    {
      table: 'webhooks.webhooks',
      key: ['id'],
      exported: {
        leftOut: 'Where this installation sends its events; another would send others to the same receivers.',
      },
      erased: 'rows',
      kept: 'Until somebody deletes the webhook, and a few minutes more.',
    },
    {
      table: 'webhooks.deliveries',
      key: ['webhook_id', 'event_id'],
      exported: { leftOut: 'Deliveries belong to webhooks, which are not exported either.' },
      erased: 'rows',
      kept: 'Completed deliveries for WEBHOOKS_HISTORY_DAYS days, others as long as their event.',
    },
  ],
};
