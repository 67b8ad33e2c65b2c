import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { REVOCATIONS_TOPIC } from '../revocation/contract/revocation.types';
import type { AppAccess, AppAccessPort } from './contract/app-access.port';
import { APPS_TOPIC, CLIENT_ID } from './contract/apps.types';
import { AppAccessRepository } from './storage/app-access.repository';

const MAX_CACHED_APPS = 20_000;
/** The key of the only entry. */
const ALL = 'all';
const MAX_STALENESS_MS = 5_000;
const WHAT = 'Applications are';

/** Caches of apps' access, and of the set of all listed origins: a made-up origin therefore does not cost a query. */
@Injectable()
export class AppAccessService implements AppAccessPort {
  private readonly apps: TenantCache<AppAccess | null>;
  private readonly origins: TenantCache<{ readonly listed: ReadonlySet<string> }>;

  constructor(repository: AppAccessRepository, feed: ChangeFeed) {
    this.apps = new TenantCache({
      feed,
      what: WHAT,
      changes: { [APPS_TOPIC]: ({ key }) => key },
      read: (clientId) => repository.find(clientId),
      maxSize: MAX_CACHED_APPS,
    });
    this.origins = new TenantCache({
      feed,
      what: WHAT,
      changes: {
        [APPS_TOPIC]: () => ALL,
        // A tenant's mark is set when it is suspended or deleted, and lifted when it is activated.
        [REVOCATIONS_TOPIC]: ({ payload }) => (payload['kind'] === 'tenant' ? ALL : undefined),
      },
      read: async () => ({ listed: await repository.origins() }),
      maxSize: 1,
      // The check of a token's own app comes after this one, so an outdated set does not let any call in.
      whenSilent: 'answer',
      refresh: { maxStalenessMs: MAX_STALENESS_MS },
    });
  }

  find(clientId: string): Promise<AppAccess | null> {
    return CLIENT_ID.test(clientId) ? this.apps.get(clientId) : Promise.resolve(null);
  }

  async isListed(origin: string): Promise<boolean> {
    return (await this.origins.get(ALL)).listed.has(origin);
  }
}
