import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { changesConfig, type ChangesConfig } from '../../kernel/changes/changes.config';
import { InjectConfig } from '../../kernel/config/inject-config';
import { stale } from '../../kernel/changes/stale';
import { AppError, outage } from '../../kernel/errors/app-error';
import { atMost } from '../../kernel/memory/at-most';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { POLICY_TOPIC } from './contract/policy.types';
import type { HeldPolicy } from './held-policy';
import { PolicyDirectory } from './policy-directory';
import { PolicyLoader } from './policy-loader';

/** Policies in memory together, by estimate. The tenants of a busy process, many times over. */
const MAX_HELD_BYTES = 512 * 1024 * 1024;
/** After a load failed: asking the store at each decision would keep it from coming back. */
const RETRY_MS = 1_000;
/** Longest that one change holds up the feed. */
const APPLY_MS = 100;
const MAX_FAILURES = 10_000;
const NOT_HAD = 'The policy of this tenant could not be read; a decision cannot be had now.';

interface Held {
  readonly policy: HeldPolicy;
  /** Monotonic time at which another version became known that is not here yet; `null` when there is none. */
  outdatedAt: number | null;
}

interface Load {
  readonly promise: Promise<HeldPolicy>;
  /** Something changed since it began: what it has read may be old. */
  outdated: boolean;
}

/**
 * The policies of tenants in memory, read and compiled at first use, and current by the change feed: an activated version
 * replaces the one before in one step, once it is compiled, and decisions go on by the old one meanwhile. What is known to
 * be outdated decides for at most `CHANGE_FEED_MAX_AGE_MS`, as does memory whose feed is silent; then nothing is decided.
 */
@Injectable()
export class PolicyHolder implements ChangeHolder {
  readonly topics = [POLICY_TOPIC];
  private readonly held = new LRUCache<string, Held>({
    maxSize: MAX_HELD_BYTES,
    // What does not fit alone would never be held, and compiled for each decision.
    sizeCalculation: ({ policy }) => Math.min(policy.sizeBytes, MAX_HELD_BYTES),
  });
  private readonly loading = new Map<string, Load>();
  private readonly failures = new LRUCache<string, AppError>({ ...atMost(MAX_FAILURES), ttl: RETRY_MS });
  private readonly listeners = new Set<(tenantId: string | null) => void>();
  private stopped = false;

  constructor(
    directory: PolicyDirectory,
    private readonly loader: PolicyLoader,
    private readonly feed: ChangeFeed,
    @InjectConfig(changesConfig) private readonly config: Pick<ChangesConfig, 'CHANGE_FEED_MAX_AGE_MS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    feed.register(this);
    directory.onChange(() => void this.refreshAll());
  }

  /** The policy of a tenant when it is in memory and may decide; `null`: {@link obtain} it. */
  current(tenantId: string): HeldPolicy | null {
    if (!this.feed.isFresh()) return null;
    const held = this.held.get(tenantId);
    if (held === undefined) return null;
    return held.outdatedAt === null || this.isBearable(held.outdatedAt) ? held.policy : null;
  }

  /** The policy of a tenant from the store. Errors: `unavailable`; what failed is tried again a second later. */
  obtain(tenantId: string): Promise<HeldPolicy> {
    if (!this.feed.isFresh()) {
      const words = 'What is known of policies is stale; a decision cannot be had now.';
      return Promise.reject(stale(this.feed, 'state_stale', words));
    }
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

  /**
   * Calls `listener` whenever a tenant may have another version (its id), or any tenant (`null`).
   * @returns ends that.
   */
  onChange(listener: (tenantId: string | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async load(): Promise<void> {
    this.held.clear();
    this.failures.clear();
    for (const load of this.loading.values()) load.outdated = true;
    for (const listener of this.listeners) listener(null);
  }

  /**
   * Resolves when the new version decides, so that whoever asks the feed to catch up gets it; or after a moment, as what
   * comes next in the feed (revocations) must not wait for a slow store.
   */
  async apply(change: Change): Promise<void> {
    const tenantId = change.key;
    this.failures.delete(tenantId);
    const load = this.loading.get(tenantId);
    if (load) load.outdated = true;
    for (const listener of this.listeners) listener(tenantId);
    const held = this.held.peek(tenantId);
    if (!held) return;
    held.outdatedAt ??= performance.now();
    await Promise.race([this.refresh(tenantId), sleep(APPLY_MS, undefined, { ref: false })]);
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  private isBearable(outdatedAt: number): boolean {
    return performance.now() - outdatedAt <= this.config.CHANGE_FEED_MAX_AGE_MS;
  }

  private async loadUntilCurrent(tenantId: string, wasOutdated: () => boolean): Promise<HeldPolicy> {
    try {
      for (;;) {
        const policy = await this.loader.load(tenantId);
        if (wasOutdated()) continue;
        this.held.set(tenantId, { policy, outdatedAt: null });
        return policy;
      }
    } catch (thrown) {
      const error =
        thrown instanceof AppError ? thrown : outage('policy_unavailable', { words: NOT_HAD, cause: thrown });
      this.failures.set(tenantId, error);
      this.logger.error({ err: error.cause ?? error, tenantId }, error.message);
      throw error;
    }
  }

  /** Replaces what is held, and tries until it can. */
  private async refresh(tenantId: string): Promise<void> {
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

  /** After the base policy has changed: one tenant after the other, so that decisions come between the compilations. */
  private async refreshAll(): Promise<void> {
    this.failures.clear();
    for (const load of this.loading.values()) load.outdated = true;
    for (const tenantId of [...this.held.keys()]) {
      await this.obtain(tenantId).catch(() => undefined);
      await setImmediate();
    }
  }
}
