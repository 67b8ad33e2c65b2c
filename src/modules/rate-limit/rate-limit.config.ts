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
        'Number of requests per window that a client can send to the backend, or that CheckRateLimit without a limit allows per key, if no rule applies.',
    }),
    RATE_LIMIT_DEFAULT_WINDOW_SECONDS: integer({
      default: 60,
      min: 1,
      max: RATE_LIMIT_BOUNDS.maxWindowSeconds,
      unit: 'seconds',
      description: 'The window of RATE_LIMIT_DEFAULT.',
    }),
    RATE_LIMIT_STORE: oneOf({
      words: ['auto', 'memory', 'postgres', 'redis'],
      default: 'auto',
      description:
        'Where limits are counted: memory (per sidecar), postgres, or redis (Redis or Valkey at REDIS_URL). auto: redis if REDIS_URL is set; otherwise memory if everything is one process, and postgres for separate sidecars.',
    }),
    RATE_LIMIT_STORE_TIMEOUT_MS: integer({
      default: 1_000,
      min: 50,
      max: 10_000,
      unit: 'ms',
      description:
        'Maximum time to wait for a shared store. After it, each sidecar applies its share until the store responds again.',
    }),
    RATE_LIMIT_REPLICAS: integer({
      default: 0,
      min: 0,
      max: 10_000,
      description:
        'Number of sidecars that share a limit while the shared store is unavailable. 0: the number last seen alive in the database.',
    }),
    RATE_LIMIT_MAX_KEYS: integer({
      default: 1_000_000,
      min: 1_000,
      max: 50_000_000,
      description:
        'Keys that one process caches, about 150 bytes each. Beyond it, empty keys are evicted first, then those of a tenant with more than its share.',
    }),
    REDIS_URL: secret({
      pattern: /^(rediss?|unix):\/\/\S+$/,
      patternHint: 'must start with redis://, rediss:// or unix://',
      description: 'Redis or Valkey for limits that sidecars share. Optional.',
    }),
  },
  ({ RATE_LIMIT_STORE: store }, { reader }) => {
    if (store === 'redis' && !reader.isSet('REDIS_URL')) {
      reader.fault('REDIS_URL must be set with RATE_LIMIT_STORE=redis.');
    }
  },
);

export type RateLimitConfig = ConfigOf<typeof rateLimitConfig>;
