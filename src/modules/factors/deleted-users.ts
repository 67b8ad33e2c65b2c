import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { RetainedChangeSubscriber } from '../../kernel/changes/retained-change-subscriber';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { FactorsRepository } from './storage/factors.repository';

/** Deletes the factors of deleted users. */
@Injectable()
export class DeletedUsers extends RetainedChangeSubscriber {
  constructor(
    private readonly repository: FactorsRepository,
    feed: ChangeFeed,
  ) {
    super(USER_DELETIONS_TOPIC, () => repository.deletedUsers(), feed);
  }

  protected handle(tenantId: string, userId: string): Promise<void> {
    return this.repository.removeUser(tenantId, userId);
  }
}
