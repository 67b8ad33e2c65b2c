import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { changesConfig, type ChangesConfig } from '../../kernel/changes/changes.config';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type AppError, outage, outageOf } from '../../kernel/errors/app-error';
import { atMost } from '../../kernel/memory/at-most';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { FLAGS_TOPIC } from './contract/flags.types';
import { FlagSet } from './engine/flag-set';
import { FlagVersionsRepository } from './storage/flag-versions.repository';

/** Flags in memory together, by estimate. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;
const EMPTY_BYTES = 1_024;
/** A document as objects, and its expressions prepared, by its text. */
const BYTES_PER_CHAR = 8;
/** After a load failed: asking the store at each evaluation would keep it from coming back. */
const RETRY_MS = 1_000;
/** Longest that one change holds up the feed. */
const APPLY_MS = 100;
const MAX_FAILURES = 10_000;

interface Held {
  set: FlagSet;
  /** Monotonic time at which a newer version became known that is not here yet; `null` when there is none. */
  outdatedAt: number | null;
}

interface Load {
  readonly promise: Promise<FlagSet>;
  /** Something changed since it began: what it has read may be old. */
  outdated: boolean;
}

/** A tenant's flags in memory, and whether they may be behind. */
export interface HeldFlags {
  readonly set: FlagSet;
  readonly isStale: boolean;
}

/**
 * The flags of tenants in memory, one version each, read at first use and replaced in one step when the change feed tells
 * of another. Unlike a policy, flags go on deciding when the feed falls silent, and say that they are stale.
 */
@Injectable()
export class FlagHolder implements ChangeHolder {
  readonly topics = [FLAGS_TOPIC];
  private readonly held = new LRUCache<string, Held & { readonly sizeBytes: number }>({
    maxSize: MAX_HELD_BYTES,
    sizeCalculation: ({ sizeBytes }) => Math.min(sizeBytes, MAX_HELD_BYTES),
  });
  private readonly loading = new Map<string, Load>();
  private readonly failures = new LRUCache<string, AppError>({ ...atMost(MAX_FAILURES), ttl: RETRY_MS });
  private stopped = false;

  constructor(
    private readonly repository: FlagVersionsRepository,
    private readonly feed: ChangeFeed,
    @InjectConfig(changesConfig) private readonly config: Pick<ChangesConfig, 'CHANGE_FEED_MAX_AGE_MS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    feed.register(this);
  }

  /** What is in memory of a tenant; `null`: {@link obtain} it. */
  current(tenantId: string): HeldFlags | null {
    const held = this.held.get(tenantId);
    return held === undefined ? null : { set: held.set, isStale: this.isStale(held.outdatedAt) };
  }

  /** The flags of a tenant from the store. Errors: `unavailable`; what failed is tried again a second later. */
  obtain(tenantId: string): Promise<FlagSet> {
    const failure = this.failures.get(tenantId);
    if (failure) return Promise.reject(failure);
    const running = this.loading.get(tenantId);
    if (running) return running.promise;
    const wasOutdated = (): boolean => {
      const { outdated } = load;
      load.outdated = false;
      return outdated;
    };
    const promise = this.loadUntilCurrent(tenantId, wasOutdated).finally(() => this.loading.delete(tenantId));
    const load: Load = { promise, outdated: false };
    this.loading.set(tenantId, load);
    return promise;
  }

  /** Everything may have changed: what is held goes on deciding until it is read again, which its next use begins. */
  async load(): Promise<void> {
    this.failures.clear();
    for (const load of this.loading.values()) load.outdated = true;
    for (const tenantId of [...this.held.keys()]) void this.outdate(tenantId);
  }

  /** Resolves when the new version decides, or after a moment: what comes next in the feed must not wait for a slow store. */
  async apply(change: Change): Promise<void> {
    const tenantId = change.key;
    this.failures.delete(tenantId);
    const load = this.loading.get(tenantId);
    if (load) load.outdated = true;
    if (isBehind(this.held.peek(tenantId), change)) {
      await Promise.race([this.outdate(tenantId), sleep(APPLY_MS, undefined, { ref: false })]);
    }
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  /** Silence of the feed makes everything stale; a version that is known and cannot be read makes one tenant's so. */
  private isStale(outdatedAt: number | null): boolean {
    if (!this.feed.isFresh()) return true;
    return outdatedAt !== null && performance.now() - outdatedAt > this.config.CHANGE_FEED_MAX_AGE_MS;
  }

  private async outdate(tenantId: string): Promise<void> {
    const held = this.held.peek(tenantId);
    if (held) held.outdatedAt ??= performance.now();
    while (!this.stopped && this.held.has(tenantId)) {
      try {
        await this.obtain(tenantId);
        return;
      } catch {
        // Logged where it failed.
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private async loadUntilCurrent(tenantId: string, wasOutdated: () => boolean): Promise<FlagSet> {
    try {
      for (;;) {
        const { version, document, text } = await this.repository.current(tenantId);
        if (wasOutdated()) continue;
        const set = new FlagSet(version, document);
        this.held.set(tenantId, { set, outdatedAt: null, sizeBytes: EMPTY_BYTES + BYTES_PER_CHAR * text.length });
        return set;
      }
    } catch (cause) {
      const words = 'The flags of this tenant could not be read now.';
      const error = outage(outageOf(cause) ?? 'store_unavailable', { words, cause });
      this.failures.set(tenantId, error);
      this.logger.error({ err: cause, tenantId }, error.message);
      throw error;
    }
  }
}

/** Whether a change tells of a version that is not held; a change from just before the load may come again after it. */
function isBehind(held: Held | undefined, { payload }: Change): boolean {
  if (held === undefined) return false;
  const version = payload['version'];
  return typeof version !== 'number' || version > held.set.version;
}
