import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';

export const tokenEventsConfig = configSection('Token events', {
  TOKEN_EVENTS_RETENTION_DAYS: integer({
    default: 7,
    min: 1,
    max: 365,
    unit: 'days',
    description: 'Number of full days before today (UTC) that the token event log keeps; older days are dropped.',
  }),
});

export type TokenEventsConfig = ConfigOf<typeof tokenEventsConfig>;
