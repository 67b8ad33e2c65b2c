import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { IdentitiesRepository } from './storage/identities.repository';

/** Removes the identities of deleted users. */
@Injectable()
export class DeletedUsers implements ChangeSubscriber {
  readonly topics = [USER_DELETIONS_TOPIC];

  constructor(
    private readonly identities: IdentitiesRepository,
    feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  /** Handles users who were deleted while no process with this subscriber was running. */
  async load(): Promise<void> {
    for await (const change of this.identities.deletedUsers()) await this.apply(change);
  }

  async apply({ tenantId, key }: Change): Promise<void> {
    if (tenantId !== null) await this.identities.removeUser(tenantId, key);
  }
}
