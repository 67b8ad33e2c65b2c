import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { boolean, integer } from '../../kernel/config/variables';

export const webhooksConfig = configSection('Webhooks', {
  WEBHOOKS_PRIVATE_ADDRESSES: boolean({
    default: false,
    description:
      'Allows webhooks to call the private network and, unless NODE_ENV is production, to use plain http. Use it for development, or if your tenants can reach that network anyway.',
  }),
  WEBHOOKS_PAUSE_AFTER_HOURS: integer({
    default: 120,
    min: 1,
    max: 2_160,
    unit: 'hours',
    description: 'How long a receiver can accept no delivery before its webhook is paused.',
  }),
  WEBHOOKS_HISTORY_DAYS: integer({
    default: 7,
    min: 1,
    max: 90,
    unit: 'days',
    description:
      'How long completed deliveries are listed. Failed deliveries are kept as long as their events (EVENTS_RETENTION_DAYS).',
  }),
});

export type WebhooksConfig = ConfigOf<typeof webhooksConfig>;
