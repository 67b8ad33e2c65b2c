import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { boolean, integer } from '../../kernel/config/variables';

export const webhooksConfig = configSection('Webhooks', {
  WEBHOOKS_PRIVATE_ADDRESSES: boolean({
    default: false,
    sentence:
      'Whether webhooks may lead into the private network and, unless NODE_ENV is production, be plain http. For trying things out, and for installations whose tenants may reach that network anyway.',
  }),
  WEBHOOKS_PAUSE_AFTER_HOURS: integer({
    default: 120,
    min: 1,
    max: 2_160,
    unit: 'hours',
    sentence: 'For how long a webhook may take nothing at all before it is paused.',
  }),
  WEBHOOKS_HISTORY_DAYS: integer({
    default: 7,
    min: 1,
    max: 90,
    unit: 'days',
    sentence:
      'How long what was delivered is still told of; what could not be is kept as long as its event (EVENTS_RETENTION_DAYS).',
  }),
});

export type WebhooksConfig = ConfigOf<typeof webhooksConfig>;
