import { type ConfigOf, configSection } from '../config/config-section';
import { integer } from '../config/variables';

const MAX = 1_000_000;

export const limitsConfig = configSection('Limits before sign-in', {
  LIMIT_PER_ADDRESS: integer({
    default: 600,
    min: 0,
    max: MAX,
    unit: 'per minute',
    description:
      'The limit of one address, in each process; 0 for no limit. It counts separately: failed authentications at the OAuth endpoints, requests to the sign-in pages and login endpoints, API calls without a valid token, and bodies over a size limit. One client can cause at most a quarter of the failures, so that others behind the same address can continue. Set TRUSTED_PROXIES to distinguish addresses behind a proxy.',
  }),
  LIMIT_PER_CLIENT: integer({
    default: 6_000,
    min: 0,
    max: MAX,
    unit: 'per minute',
    description:
      'The limit of one client id, for all addresses together, in each process; 0 for no limit. It applies only to addresses that have used up a small share of their own.',
  }),
  LIMIT_STREAMS_PER_CALLER: integer({
    default: 10,
    min: 1,
    max: 1_000,
    description:
      'Maximum number of streams of one kind (events, token events, jobs and their logs) that one caller can keep open in one process.',
  }),
});

export type LimitsConfig = ConfigOf<typeof limitsConfig>;
