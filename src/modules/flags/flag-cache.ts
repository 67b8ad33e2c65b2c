import { Inject, Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { changesConfig, type ChangesConfig } from '../../kernel/changes/changes.config';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type AppError, outage, outageOf } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { FLAGS_TOPIC } from './contract/flags.types';
import { FlagSet } from './engine/flag-set';
import { FlagVersionsRepository } from './storage/flag-versions.repository';

/** The maximum estimated size of all flags in memory. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;
const EMPTY_BYTES = 1_024;
/** The number of bytes per JSON character, for a document's objects and prepared expressions. */
const BYTES_PER_CHAR = 8;
/** The delay after a failed load. A database query for each evaluation would hinder the database's recovery. */
const RETRY_MS = 1_000;

interface Sized {
  readonly set: FlagSet;
  readonly sizeBytes: number;
}

/** A tenant's flags in memory, which may be stale. */
export interface CachedFlags {
  readonly set: FlagSet;
  readonly isStale: boolean;
}

/**
 * A cache of the tenants' flags, one version each, loaded on first use and replaced atomically when the change feed announces a new
 * version. Unlike policies, flags are still evaluated when the feed is silent, and their evaluations report that they are stale.
 */
@Injectable()
export class FlagCache {
  private readonly held: TenantCache<Sized>;

  constructor(
    private readonly repository: FlagVersionsRepository,
    feed: ChangeFeed,
    @InjectConfig(changesConfig)
    { CHANGE_FEED_MAX_AGE_MS: maxStalenessMs }: Pick<ChangesConfig, 'CHANGE_FEED_MAX_AGE_MS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.held = new TenantCache({
      feed,
      what: 'Flags are',
      changes: { [FLAGS_TOPIC]: ({ key }) => key },
      read: (tenantId) => this.read(tenantId),
      maxSize: MAX_HELD_BYTES,
      sizeOf: ({ sizeBytes }) => sizeBytes,
      whenSilent: 'answer',
      refresh: { maxStalenessMs, isBehind },
      retryMs: RETRY_MS,
      explain: (tenantId, cause) => this.explained(tenantId, cause),
    });
  }

  /** Returns a tenant's flags from memory, or `null` if they are not loaded. In that case, call {@link obtain}. */
  current(tenantId: string): CachedFlags | null {
    const held = this.held.peek(tenantId);
    return held === undefined ? null : { set: held.set, isStale: this.held.isStale(tenantId) };
  }

  /** Loads the flags of a tenant from the store. Errors: `unavailable`; a failed load is retried after one second at the earliest. */
  async obtain(tenantId: string): Promise<FlagSet> {
    return (await this.held.renew(tenantId)).set;
  }

  onModuleDestroy(): void {
    this.held.stop();
  }

  private async read(tenantId: string): Promise<Sized> {
    const { version, document, text } = await this.repository.current(tenantId);
    return { set: new FlagSet(version, document), sizeBytes: EMPTY_BYTES + BYTES_PER_CHAR * text.length };
  }

  private explained(tenantId: string, cause: unknown): AppError {
    const message = 'The flags of this tenant are unavailable. Retry later.';
    const error = outage(outageOf(cause) ?? 'store_unavailable', { message, cause });
    this.logger.error({ err: cause, tenantId }, error.message);
    return error;
  }
}

/** Returns true if a change announces a newer version than the loaded one. A change made just before the load may arrive after the load. */
function isBehind({ set }: Sized, { payload: { version } }: Change): boolean {
  return typeof version !== 'number' || version > set.version;
}
