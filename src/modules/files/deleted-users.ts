import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { UserFilesRepository } from './storage/user-files.repository';

/** Deletes the files of deleted users. Shared files stay with the tenant. */
@Injectable()
export class DeletedUsersFiles implements ChangeSubscriber {
  readonly topics = [USER_DELETIONS_TOPIC];

  constructor(
    private readonly files: UserFilesRepository,
    belongings: UserBelongingsPort,
    feed: ChangeFeed,
  ) {
    belongings.register({
      what: 'files',
      becomes: 'deleted',
      note: 'Their files in the user and private tiers, in every app, with all versions. Shared files stay.',
      count: (tenantId, userId) => files.count(tenantId, userId),
    });
    feed.register(this);
  }

  /** Handles users who were deleted while no process with this subscriber was running. */
  async load(): Promise<void> {
    for await (const change of this.files.deletedUsers()) await this.apply(change);
  }

  async apply({ tenantId, key }: Change): Promise<void> {
    if (tenantId !== null) await this.files.retire(tenantId, key);
  }
}
