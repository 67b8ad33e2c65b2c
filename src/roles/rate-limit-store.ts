import type { StoreKind } from '../modules/rate-limit/buckets.provider';
import type { Settings } from './settings';

/** Where limits are counted: `RATE_LIMIT_STORE`, or what fits the role, which alone knows whether it has company. */
export function rateLimitStore({ rateLimit, role }: Pick<Settings, 'rateLimit' | 'role'>): StoreKind {
  const { RATE_LIMIT_STORE: store, REDIS_URL: redis } = rateLimit;
  if (store !== 'auto') return store;
  if (redis !== null) return 'redis';
  return role.ROLE === 'all' ? 'memory' : 'postgres';
}
