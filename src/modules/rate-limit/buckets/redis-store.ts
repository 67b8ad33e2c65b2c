import { Redis, type RedisOptions, type Result } from 'ioredis';
import { z } from 'zod';
import type { Secret } from '../../../kernel/config/secret';
import { storedName } from '../domain/stored-name';
import type { BucketStore, LeaseRequest, Take, Taken, Unused } from './bucket-store';
import { ACQUIRE, GIVE_BACK, TAKE } from './redis-scripts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    rateLimitTake(keys: number, ...keysAndArguments: (string | number)[]): Result<unknown, Context>;
    rateLimitGiveBack(keys: number, ...keysAndAmounts: (string | number)[]): Result<unknown, Context>;
    rateLimitAcquire(key: string, id: string, limit: number, ttlMs: number): Result<unknown, Context>;
  }
}

const MICROS = 1_000;
const MAX_RECONNECT_MS = 1_000;
const numbers = z.array(z.coerce.number());

/** Keeps the counts in one Redis or Valkey server. Each request is one script, which runs atomically. */
export class RedisStore implements BucketStore {
  private readonly redis: Redis;

  constructor(url: Secret, timeoutMs: number) {
    const options: RedisOptions = {
      lazyConnect: true,
      connectionName: 'coresdk-rate-limit',
      connectTimeout: timeoutMs,
      commandTimeout: timeoutMs,
      maxRetriesPerRequest: 0,
      // While disconnected, a request fails immediately, and this process's share of the limit applies.
      enableOfflineQueue: false,
      retryStrategy: (attempts) => Math.min(attempts * 50, MAX_RECONNECT_MS),
      scripts: {
        rateLimitTake: { lua: TAKE },
        rateLimitGiveBack: { lua: GIVE_BACK },
        rateLimitAcquire: { lua: ACQUIRE, numberOfKeys: 1 },
      },
    };
    const text = url.reveal();
    this.redis = text.startsWith('unix://')
      ? new Redis({ ...options, path: text.slice('unix://'.length) })
      : new Redis(text, options);
    // Failing requests already report errors. Without a listener, an error event would terminate the process.
    this.redis.on('error', () => undefined);
  }

  async take(takes: readonly Take[]): Promise<readonly Taken[]> {
    const keys = takes.map(({ tenantId, name }) => countKey(tenantId, name));
    const values = takes.flatMap(({ stepMs, capacityMs, calls }) => [stepMs * MICROS, capacityMs * MICROS, calls]);
    const answer = numbers.parse(await this.redis.rateLimitTake(keys.length, ...keys, ...values));
    return takes.map((_, index) => ({
      granted: answer[index * 2] ?? 0,
      filledMs: (answer[index * 2 + 1] ?? 0) / MICROS,
    }));
  }

  async giveBack(unused: readonly Unused[]): Promise<void> {
    const keys = unused.map(({ tenantId, name }) => countKey(tenantId, name));
    await this.redis.rateLimitGiveBack(keys.length, ...keys, ...unused.map(({ filledMs }) => filledMs * MICROS));
  }

  async forget(tenantId: string, names: readonly string[]): Promise<void> {
    await this.redis.del(names.map((name) => countKey(tenantId, name)));
  }

  async acquire({ tenantId, name, id, limit, ttlMs }: LeaseRequest): Promise<boolean> {
    return (await this.redis.rateLimitAcquire(leaseKey(tenantId, name), id, limit, ttlMs)) === 1;
  }

  async release(tenantId: string, name: string, id: string): Promise<void> {
    await this.redis.zrem(leaseKey(tenantId, name), id);
  }

  async ping(): Promise<void> {
    if (this.redis.status === 'wait') await this.redis.connect();
    try {
      await this.redis.ping();
    } catch (error) {
      // Drops a connection that accepts requests but does not respond, because its server hangs or its peer is gone.
      if (this.redis.status === 'ready') this.redis.disconnect(true);
      throw error;
    }
  }

  close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }
}

function countKey(tenantId: string, name: string): string {
  return `coresdk:rate:${tenantId}:${storedName(name)}`;
}

function leaseKey(tenantId: string, name: string): string {
  return `coresdk:leases:${tenantId}:${storedName(name)}`;
}
