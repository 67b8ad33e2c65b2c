import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../kernel/changes/tenant-cache';
import { isId } from '../../kernel/ids/ids';
import type { UserLookupPort } from './contract/user-lookup.port';
import { USERS_TOPIC } from './contract/users.topics';
import type { User } from './contract/users.types';
import { UsersRepository } from './storage/users.repository';

/** Maximum number of cached users. A process serves far fewer users at a time. */
const CACHED = 20_000;

@Injectable()
export class UserLookup implements UserLookupPort {
  private readonly known: TenantCache<User | null>;

  constructor(repository: UsersRepository, feed: ChangeFeed) {
    this.known = new TenantCache({
      feed,
      what: 'Users are',
      changes: { [USERS_TOPIC]: ({ tenantId, key }) => keyOf(tenantId, key) },
      read: (key) => repository.find(...partsOf(key)),
      maxSize: CACHED,
      whenSilent: 'read',
    });
  }

  find(tenantId: string, userId: string): Promise<User | null> {
    return isId('usr', userId) ? this.known.get(keyOf(tenantId, userId)) : Promise.resolve(null);
  }
}
