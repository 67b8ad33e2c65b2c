import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';

export const tokenEventsConfig = configSection('Token events', {
  TOKEN_EVENTS_RETENTION_DAYS: integer({
    default: 7,
    min: 1,
    max: 365,
    unit: 'days',
    description: 'How many whole days before today (UTC) the log of token events keeps; older days are dropped whole.',
  }),
});

export type TokenEventsConfig = ConfigOf<typeof tokenEventsConfig>;
