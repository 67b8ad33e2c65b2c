import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';

export const eventsConfig = configSection('Events', {
  EVENTS_RETENTION_DAYS: integer({
    default: 90,
    min: 4,
    max: 365,
    unit: 'days',
    description: 'Number of full days before today (UTC) for which events are kept. Events of older days are deleted.',
  }),
  EVENTS_STREAMS_PER_TENANT: integer({
    default: 50,
    min: 1,
    max: 1_000,
    description: 'Maximum number of open streams per kind (events, jobs and their logs), tenant and process.',
  }),
});

export type EventsConfig = ConfigOf<typeof eventsConfig>;
