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
      exported: { leftOut: 'What was sent to webhooks, which do not travel either.' },
      erased: 'rows',
      kept: 'What was delivered for WEBHOOKS_HISTORY_DAYS, the rest as long as its event.',
    },
  ],
};
