import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const webhooksTenantData: TenantData = {
  module: 'webhooks',
  tables: [
    {
      table: 'webhooks.webhooks',
      key: ['id'],
      exported: {
        leftOut: 'Webhooks receive this installation’s events. Other installations would send unrelated events.',
      },
      erased: 'rows',
      kept: 'Until a few minutes after the webhook is deleted.',
    },
    {
      table: 'webhooks.deliveries',
      key: ['webhook_id', 'event_id'],
      exported: { leftOut: 'Deliveries belong to webhooks, which are not exported.' },
      erased: 'rows',
      kept: 'Completed deliveries for WEBHOOKS_HISTORY_DAYS days, other deliveries as long as their events.',
    },
  ],
};
