import { type ConfigOf, configSection } from '../config/config-section';
import { integer } from '../config/variables';

export const changesConfig = configSection('Change feed', {
  CHANGE_FEED_MAX_AGE_MS: integer({
    default: 10_000,
    min: 1_500,
    max: 300_000,
    unit: 'ms',
    sentence:
      'Age after which what a process holds in memory (keys, revocations, apps) counts as stale: readiness goes off and decisions are refused.',
  }),
});

export type ChangesConfig = ConfigOf<typeof changesConfig>;
