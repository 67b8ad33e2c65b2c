import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../kernel/batching/group-commit';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../kernel/changes/tenant-cache';
import type { AppOriginsPort } from './contract/app-origins.port';
import { APPS_TOPIC, CLIENT_ID } from './contract/apps.types';
import { AppOriginsRepository } from './storage/app-origins.repository';

const MAX_CACHED_ORIGINS = 10_000;
const MAX_CACHED_APPS = 20_000;
const WHAT = 'Origins of apps are';

interface Lookup {
  readonly origin: string;
  isListed: boolean;
}

/** Caches of listed origins. Lookups share one query at a time, so that callers who make up origins cannot occupy the database. */
@Injectable()
export class AppOriginsService implements AppOriginsPort {
  private readonly origins: TenantCache<{ readonly isListed: boolean }>;
  private readonly apps: TenantCache<{ readonly origins: readonly string[] }>;
  private readonly lookups: GroupCommit<Lookup>;

  constructor(repository: AppOriginsRepository, feed: ChangeFeed) {
    this.lookups = new GroupCommit({
      write: async (lookups) => {
        const listed = await repository.listed(lookups.map(({ origin }) => origin));
        for (const lookup of lookups) lookup.isListed = listed.has(lookup.origin);
      },
      maxBatch: 500,
      maxPending: 1_000,
    });
    this.origins = new TenantCache({
      feed,
      what: WHAT,
      changes: { [APPS_TOPIC]: () => null },
      read: async (origin) => {
        const lookup: Lookup = { origin, isListed: false };
        await this.lookups.add(lookup);
        return { isListed: lookup.isListed };
      },
      maxSize: MAX_CACHED_ORIGINS,
    });
    this.apps = new TenantCache({
      feed,
      what: WHAT,
      changes: { [APPS_TOPIC]: ({ tenantId, key }) => keyOf(tenantId, key) },
      read: async (key) => ({ origins: await repository.originsOf(...partsOf(key)) }),
      maxSize: MAX_CACHED_APPS,
    });
  }

  async isListed(origin: string): Promise<boolean> {
    return (await this.origins.get(origin)).isListed;
  }

  async isListedBy(tenantId: string, clientId: string, origin: string): Promise<boolean> {
    if (!CLIENT_ID.test(clientId)) return false;
    return (await this.apps.get(keyOf(tenantId, clientId))).origins.includes(origin);
  }
}
