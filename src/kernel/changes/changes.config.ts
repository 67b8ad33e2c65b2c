import { type ConfigOf, configSection } from '../config/config-section';
import { integer } from '../config/variables';

export const changesConfig = configSection('Change feed', {
  CHANGE_FEED_MAX_AGE_MS: integer({
    default: 10_000,
    min: 1_500,
    max: 300_000,
    unit: 'ms',
    description:
      'Age after which what a process holds in memory (keys, revocations, apps) counts as stale: readiness goes off and decisions are refused.',
  }),
  CLOCK_MAX_OFFSET_MS: integer({
    default: 5_000,
    min: 500,
    max: 300_000,
    unit: 'ms',
    description:
      'How far the clock of a process may be off from that of the database; one that is further off is not ready, as tokens would expire too early or too late.',
  }),
});

export type ChangesConfig = ConfigOf<typeof changesConfig>;
