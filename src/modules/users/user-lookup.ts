import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { isId } from '../../kernel/ids/ids';
import { atMost } from '../../kernel/memory/at-most';
import type { UserLookupPort } from './contract/user-lookup.port';
import { USERS_TOPIC } from './contract/users.topics';
import type { User } from './contract/users.types';
import { UsersRepository } from './storage/users.repository';

/** Users in memory; far more than one process serves at a time. */
const CACHED = 20_000;

@Injectable()
export class UserLookup implements UserLookupPort, ChangeHolder {
  readonly topics = [USERS_TOPIC];
  private readonly known = new LRUCache<string, User>(atMost(CACHED));
  /** Counts changes, so that a row read before one is not kept after it. */
  private generation = 0;

  constructor(
    private readonly repository: UsersRepository,
    private readonly feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  async find(tenantId: string, userId: string): Promise<User | null> {
    if (!isId('usr', userId)) return null;
    const key = `${tenantId} ${userId}`;
    const known = this.feed.isFresh() ? this.known.get(key) : undefined;
    if (known) return known;
    const { generation } = this;
    const user = await this.repository.find(tenantId, userId);
    if (user && generation === this.generation) this.known.set(key, user);
    return user;
  }

  async load(): Promise<void> {
    this.generation++;
    this.known.clear();
  }

  apply(change: Change): void {
    this.generation++;
    this.known.delete(`${change.tenantId ?? ''} ${change.key}`);
  }
}
