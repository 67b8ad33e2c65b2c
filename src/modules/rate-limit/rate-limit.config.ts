import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, oneOf, secret } from '../../kernel/config/variables';
import { RATE_LIMIT_BOUNDS } from './contract/rate-limit.types';

export const rateLimitConfig = configSection(
  'Rate limits',
  {
    RATE_LIMIT_DEFAULT: integer({
      default: 60_000,
      min: 1,
      max: RATE_LIMIT_BOUNDS.maxLimit,
      unit: 'per window',
      description:
        'How many requests a client may send to the backend, and how often a key may be counted by CheckRateLimit without a limit, when no rule says otherwise.',
    }),
    RATE_LIMIT_DEFAULT_WINDOW_SECONDS: integer({
      default: 60,
      min: 1,
      max: RATE_LIMIT_BOUNDS.maxWindowSeconds,
      unit: 'seconds',
      description: 'The window of that.',
    }),
    RATE_LIMIT_STORE: oneOf({
      words: ['auto', 'memory', 'postgres', 'redis'],
      default: 'auto',
      description:
        'Where is counted: memory (each sidecar by itself), postgres, or redis (Redis or Valkey at REDIS_URL). auto: redis when REDIS_URL is set, else memory where everything is one process, and postgres for sidecars of their own.',
    }),
    RATE_LIMIT_STORE_TIMEOUT_MS: integer({
      default: 1_000,
      min: 50,
      max: 10_000,
      unit: 'ms',
      description:
        'Longest that a shared store is waited for; then each sidecar limits to its share by itself until the store answers again.',
    }),
    RATE_LIMIT_REPLICAS: integer({
      default: 0,
      min: 0,
      max: 10_000,
      description:
        'How many sidecars share a limit when the shared store is away; 0: as many as were last seen alive in the database.',
    }),
    RATE_LIMIT_MAX_KEYS: integer({
      default: 1_000_000,
      min: 1_000,
      max: 50_000_000,
      description:
        'Keys that one process remembers, each about 150 bytes with its text; beyond it those that have leaked out are forgotten, then those of a tenant that has more than its share.',
    }),
    REDIS_URL: secret({
      pattern: /^(rediss?|unix):\/\/\S+$/,
      patternHint: 'must begin with redis://, rediss:// or unix://',
      description: 'Redis or Valkey for limits that hold across sidecars. Optional.',
    }),
  },
  ({ RATE_LIMIT_STORE: store }, { reader }) => {
    if (store === 'redis' && !reader.isSet('REDIS_URL')) {
      reader.fault('REDIS_URL must be set with RATE_LIMIT_STORE=redis.');
    }
  },
);

export type RateLimitConfig = ConfigOf<typeof rateLimitConfig>;
