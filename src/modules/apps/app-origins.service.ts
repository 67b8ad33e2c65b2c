import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { REVOCATIONS_TOPIC } from '../revocation/contract/revocation.types';
import type { AppOriginsPort } from './contract/app-origins.port';
import { APPS_TOPIC, CLIENT_ID } from './contract/apps.types';
import { AppOriginsRepository, type Origins } from './storage/app-origins.repository';

const MAX_CACHED_APPS = 20_000;
/** The key of the only entry. */
const ALL = 'all';
const MAX_STALENESS_MS = 5_000;
const WHAT = 'Applications are';

/** Caches of the origins of each app, and of the set of all listed origins: a made-up origin therefore does not cost a query. */
@Injectable()
export class AppOriginsService implements AppOriginsPort {
  private readonly byApp: TenantCache<Origins | null>;
  private readonly all: TenantCache<Origins>;

  constructor(repository: AppOriginsRepository, feed: ChangeFeed) {
    this.byApp = new TenantCache({
      feed,
      what: WHAT,
      changes: { [APPS_TOPIC]: ({ key }) => key },
      read: (clientId) => repository.find(clientId),
      maxSize: MAX_CACHED_APPS,
    });
    this.all = new TenantCache({
      feed,
      what: WHAT,
      changes: {
        [APPS_TOPIC]: () => ALL,
        // A tenant's mark is set when it is suspended or deleted, and lifted when it is activated.
        [REVOCATIONS_TOPIC]: ({ payload }) => (payload['kind'] === 'tenant' ? ALL : undefined),
      },
      read: () => repository.all(),
      maxSize: 1,
      // The check of a token's own app comes after this one, so an outdated set does not let any call in.
      whenSilent: 'answer',
      refresh: { maxStalenessMs: MAX_STALENESS_MS },
    });
  }

  async isListedBy(clientId: string, origin: string): Promise<boolean> {
    return CLIENT_ID.test(clientId) && (await this.byApp.get(clientId))?.has(origin) === true;
  }

  async isListed(origin: string): Promise<boolean> {
    return (await this.all.get(ALL)).has(origin);
  }
}
