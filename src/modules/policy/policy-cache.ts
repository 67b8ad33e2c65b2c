import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { changesConfig, type ChangesConfig } from '../../kernel/changes/changes.config';
import { InjectConfig } from '../../kernel/config/inject-config';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { AppError, outage } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { POLICY_TOPIC } from './contract/policy.types';
import type { CachedPolicy } from './cached-policy';
import { PolicyDirectory } from './policy-directory';
import { PolicyLoader } from './policy-loader';

/** The estimated maximum size of all cached policies: many times what a busy process needs. */
const MAX_HELD_BYTES = 512 * 1024 * 1024;
/** The delay after a failed load. A query for each decision would keep the database from recovering. */
const RETRY_MS = 1_000;
const NOT_HAD = 'The policy of this tenant could not be read, so no decision is possible now.';

/**
 * The policy cache, one entry per tenant: read and compiled on first use, and kept up to date by the change feed. An activated version
 * replaces the previous one in one step once it is compiled; until then, the previous one decides. An entry that is known to be
 * outdated, or whose feed is silent, decides for at most `CHANGE_FEED_MAX_AGE_MS`. After that, no decisions are made.
 */
@Injectable()
export class PolicyCache {
  private readonly held: TenantCache<CachedPolicy>;

  constructor(
    directory: PolicyDirectory,
    loader: PolicyLoader,
    feed: ChangeFeed,
    @InjectConfig(changesConfig)
    { CHANGE_FEED_MAX_AGE_MS: maxStalenessMs }: Pick<ChangesConfig, 'CHANGE_FEED_MAX_AGE_MS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.held = new TenantCache({
      feed,
      what: 'Policies are',
      changes: { [POLICY_TOPIC]: ({ key }) => key },
      read: (tenantId) => loader.load(tenantId),
      maxSize: MAX_HELD_BYTES,
      sizeOf: ({ sizeBytes }) => sizeBytes,
      refresh: { maxStalenessMs },
      retryMs: RETRY_MS,
      explain: (tenantId, thrown) => this.explained(tenantId, thrown),
    });
    directory.onChange(() => void this.refreshAll());
  }

  /** Returns a tenant's cached policy if it can be used for decisions. Otherwise, returns `null`; in that case, call {@link obtain}. */
  current(tenantId: string): CachedPolicy | null {
    return this.held.peek(tenantId) ?? null;
  }

  /** Loads the policy of a tenant from the store. Errors: `unavailable`; a failed load is retried after one second at the earliest. */
  obtain(tenantId: string): Promise<CachedPolicy> {
    return this.held.renew(tenantId);
  }

  /**
   * Calls `listener` with the id of a tenant whose version may have changed, or with `null` if any tenant's version may have changed.
   * @returns a function that removes the listener.
   */
  onChange(listener: (tenantId: string | null) => void): () => void {
    return this.held.onChange(listener);
  }

  onModuleDestroy(): void {
    this.held.stop();
  }

  private explained(tenantId: string, thrown: unknown): AppError {
    const error =
      thrown instanceof AppError ? thrown : outage('policy_unavailable', { message: NOT_HAD, cause: thrown });
    this.logger.error({ err: error.cause ?? error, tenantId }, error.message);
    return error;
  }

  /** Reloads all policies after a change to the base policy, one tenant at a time, so that decisions run between the compilations. */
  private async refreshAll(): Promise<void> {
    this.held.outdateReads();
    for (const tenantId of this.held.keys()) {
      await this.obtain(tenantId).catch(() => undefined);
      await setImmediate();
    }
  }
}
