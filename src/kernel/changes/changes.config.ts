import { type ConfigOf, configSection } from '../config/config-section';
import { integer } from '../config/variables';

export const changesConfig = configSection('Change feed', {
  CHANGE_FEED_MAX_AGE_MS: integer({
    default: 10_000,
    min: 1_500,
    max: 300_000,
    unit: 'ms',
    description:
      'Age after which cached data (keys, revocations, apps) is stale: the process is not ready and refuses decisions.',
  }),
  CLOCK_MAX_OFFSET_MS: integer({
    default: 5_000,
    min: 500,
    max: 300_000,
    unit: 'ms',
    description:
      'Maximum difference between the clock of a process and the database. Beyond it the process is not ready, as tokens would expire too early or too late.',
  }),
});

export type ChangesConfig = ConfigOf<typeof changesConfig>;
