import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../kernel/batching/group-commit';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../kernel/changes/tenant-cache';
import type { AppAccess, AppAccessPort } from './contract/app-access.port';
import { APPS_TOPIC, CLIENT_ID } from './contract/apps.types';
import { AppAccessRepository } from './storage/app-access.repository';

const MAX_CACHED_ORIGINS = 10_000;
const MAX_CACHED_APPS = 20_000;
const WHAT = 'Applications are';

interface Lookup {
  readonly origin: string;
  isListed: boolean;
}

/** Caches of apps' access and of listed origins. Lookups of origins share one query at a time, so that made-up origins do not burden the database. */
@Injectable()
export class AppAccessService implements AppAccessPort {
  private readonly origins: TenantCache<{ readonly isListed: boolean }>;
  private readonly apps: TenantCache<AppAccess | null>;
  private readonly lookups: GroupCommit<Lookup>;

  constructor(repository: AppAccessRepository, feed: ChangeFeed) {
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
      read: (key) => repository.find(...partsOf(key)),
      maxSize: MAX_CACHED_APPS,
    });
  }

  async isListed(origin: string): Promise<boolean> {
    return (await this.origins.get(origin)).isListed;
  }

  find(tenantId: string, clientId: string): Promise<AppAccess | null> {
    return CLIENT_ID.test(clientId) ? this.apps.get(keyOf(tenantId, clientId)) : Promise.resolve(null);
  }
}
