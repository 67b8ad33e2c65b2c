import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { GrantsRepository } from './storage/grants.repository';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';

/** Ends the grants of deleted users. The mark that is set by the deletion ends their tokens, including refresh tokens. */
@Injectable()
export class EndDeletedUsers implements ChangeSubscriber {
  readonly topics = [USER_DELETIONS_TOPIC];

  constructor(
    private readonly families: RefreshFamiliesRepository,
    private readonly grants: GrantsRepository,
    feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  /** Applies deletions that happened while no such process was running. */
  async load(): Promise<void> {
    for await (const change of this.families.keptChanges(USER_DELETIONS_TOPIC)) await this.apply(change);
  }

  async apply({ tenantId, key }: Change): Promise<void> {
    if (tenantId !== null) await this.grants.revokeOfUser(tenantId, key);
  }
}
