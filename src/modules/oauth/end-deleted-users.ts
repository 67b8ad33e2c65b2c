import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { RetainedChangeSubscriber } from '../../kernel/changes/retained-change-subscriber';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { GrantsRepository } from './storage/grants.repository';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';

/** Ends the grants of deleted users. The mark that is set by the deletion ends their tokens, including refresh tokens. */
@Injectable()
export class EndDeletedUsers extends RetainedChangeSubscriber {
  constructor(
    families: RefreshFamiliesRepository,
    private readonly grants: GrantsRepository,
    feed: ChangeFeed,
  ) {
    super(USER_DELETIONS_TOPIC, () => families.keptChanges(USER_DELETIONS_TOPIC), feed);
  }

  protected handle(tenantId: string, userId: string): Promise<void> {
    return this.grants.revokeOfUser(tenantId, userId);
  }
}
