import { Inject, Injectable, type Provider } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Buckets } from './buckets/buckets';
import type { BucketStore } from './buckets/bucket-store';
import { MemoryBuckets } from './buckets/memory-buckets';
import { PostgresStore } from './buckets/postgres-store';
import { SharedBuckets } from './buckets/shared-buckets';
import { rateLimitConfig, type RateLimitConfig } from './rate-limit.config';
import { Replicas } from './replicas';
import { BucketsRepository } from './storage/buckets.repository';

/** The store in which this process counts. */
type StoreKind = 'memory' | 'postgres' | 'redis';

const now = (): number => performance.now();

/** This process's counts, in memory or in a shared store. */
export const bucketsProvider: Provider = {
  provide: Buckets,
  inject: [rateLimitConfig.token, Installation, BucketsRepository, Replicas, LOGGER],
  useFactory: async (
    config: RateLimitConfig,
    installation: Installation,
    repository: BucketsRepository,
    replicas: Replicas,
    logger: Logger,
  ) => {
    const kind = storeKind(config, installation);
    if (kind === 'memory') return new MemoryBuckets(config.RATE_LIMIT_MAX_KEYS, now);
    return new SharedBuckets({
      store: await storeOf(kind, config, repository),
      maxKeys: config.RATE_LIMIT_MAX_KEYS,
      timeoutMs: config.RATE_LIMIT_STORE_TIMEOUT_MS,
      replicas: () => replicas.count(),
      logger,
      now,
    });
  },
};

/** Returns `RATE_LIMIT_STORE`. `auto` selects a shared store unless the entire installation is one process. */
export function storeKind(
  { RATE_LIMIT_STORE: store, REDIS_URL: redis }: RateLimitConfig,
  { isWhole }: Pick<Installation, 'isWhole'>,
): StoreKind {
  if (store !== 'auto') return store;
  if (redis !== null) return 'redis';
  return isWhole ? 'memory' : 'postgres';
}

async function storeOf(
  kind: 'postgres' | 'redis',
  config: RateLimitConfig,
  repository: BucketsRepository,
): Promise<BucketStore> {
  if (kind === 'postgres') return new PostgresStore(repository);
  if (config.REDIS_URL === null) throw new Error('RATE_LIMIT_STORE is redis, but REDIS_URL is not set.');
  const { RedisStore } = await import('./buckets/redis-store.js');
  return new RedisStore(config.REDIS_URL, config.RATE_LIMIT_STORE_TIMEOUT_MS);
}

/** Opens a shared store when the process starts, and registers the process with the others. */
@Injectable()
export class BucketsLifecycle {
  constructor(
    private readonly buckets: Buckets,
    private readonly replicas: Replicas,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(this.buckets instanceof SharedBuckets)) return;
    await this.replicas.join();
    await this.buckets.open();
    this.logger.debug({ replicas: this.replicas.count() }, 'Limits are counted in a shared store');
  }

  async onModuleDestroy(): Promise<void> {
    if (this.buckets instanceof SharedBuckets) await this.buckets.close();
  }
}
