import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { UserFilesRepository } from './storage/user-files.repository';

/** Deletes the own files of deleted users; files that they shared stay the tenant's. */
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
      note: 'Of the tier user, and their own of the tier private in each app, with all their versions. Shared files stay.',
      count: (tenantId, userId) => files.count(tenantId, userId),
    });
    feed.register(this);
  }

  /** Those who were deleted while no process like this one ran. */
  async load(): Promise<void> {
    for await (const change of this.files.deletedUsers()) await this.apply(change);
  }

  async apply({ tenantId, key }: Change): Promise<void> {
    if (tenantId !== null) await this.files.retire(tenantId, key);
  }
}
