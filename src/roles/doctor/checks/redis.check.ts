import { Redis, type RedisOptions } from 'ioredis';
import { rateLimitConfig } from '../../../modules/rate-limit/rate-limit.config';
import { storeKind } from '../../../modules/rate-limit/buckets.provider';
import type { Check } from '../check';
import { errorMessage } from '../error-message';
import { fail, ok, warn } from '../finding';

const TIMEOUT_MS = 2_000;
const REMEDY = 'Start it, or correct REDIS_URL; until then, each sidecar enforces its share of every limit.';

/** Checks that Redis responds, if it stores the counts for rate limits. */
export const redisCheck: Check = {
  group: 'Redis',
  limitMs: 4_000,
  needs: ['REDIS_URL', 'RATE_LIMIT_STORE'],
  async run({ settings }) {
    const { REDIS_URL } = settings.of(rateLimitConfig);
    if (REDIS_URL === null) return [];
    const options: RedisOptions = {
      lazyConnect: true,
      connectionName: 'coresdk-doctor',
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    };
    const text = REDIS_URL.reveal();
    const redis = text.startsWith('unix://')
      ? new Redis({ ...options, path: text.slice('unix://'.length) })
      : new Redis(text, options);
    let cause = '';
    redis.on('error', (error: Error) => (cause = error.message));
    try {
      await redis.connect();
      const version = /^(?:valkey|redis)_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown';
      if (storeKind(settings.of(rateLimitConfig), { isWhole: settings.role.ROLE === 'all' }) === 'redis')
        return [ok('reachable', `version ${version}; the counts for rate limits are stored there`)];
      const remedy = 'Remove REDIS_URL, or set RATE_LIMIT_STORE=redis.';
      return [warn('unused', `version ${version} responds, but RATE_LIMIT_STORE counts elsewhere`, remedy)];
    } catch (error) {
      return [fail('reachable', `it does not respond: ${cause === '' ? errorMessage(error) : cause}`, REMEDY)];
    } finally {
      redis.disconnect();
    }
  },
};
