import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';

export const eventsConfig = configSection('Events', {
  EVENTS_RETENTION_DAYS: integer({
    default: 90,
    min: 4,
    max: 365,
    unit: 'days',
    description: 'How many whole days before today (UTC) events are kept; older days are dropped whole.',
  }),
  EVENTS_STREAMS_PER_TENANT: integer({
    default: 50,
    min: 1,
    max: 1_000,
    description:
      'How many streams of one kind (events, jobs and their logs) one tenant may hold open at a time in one process.',
  }),
});

export type EventsConfig = ConfigOf<typeof eventsConfig>;
