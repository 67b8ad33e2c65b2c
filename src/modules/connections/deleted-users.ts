import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { RetainedChangeSubscriber } from '../../kernel/changes/retained-change-subscriber';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { IdentitiesRepository } from './storage/identities.repository';

/** Removes the identities of deleted users. */
@Injectable()
export class DeletedUsers extends RetainedChangeSubscriber {
  constructor(
    private readonly identities: IdentitiesRepository,
    feed: ChangeFeed,
  ) {
    super(USER_DELETIONS_TOPIC, () => identities.deletedUsers(), feed);
  }

  protected handle(tenantId: string, userId: string): Promise<void> {
    return this.identities.removeUser(tenantId, userId);
  }
}
