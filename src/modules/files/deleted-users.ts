import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { RetainedChangeSubscriber } from '../../kernel/changes/retained-change-subscriber';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { UserFilesRepository } from './storage/user-files.repository';

/** Deletes the files of deleted users. Shared files stay with the tenant. */
@Injectable()
export class DeletedUsersFiles extends RetainedChangeSubscriber {
  constructor(
    private readonly files: UserFilesRepository,
    belongings: UserBelongingsPort,
    feed: ChangeFeed,
  ) {
    super(USER_DELETIONS_TOPIC, () => files.deletedUsers(), feed);
    belongings.register({
      what: 'files',
      becomes: 'deleted',
      note: 'Their files in the user and private tiers, in every app, with all versions. Shared files stay.',
      count: (tenantId, userId) => files.count(tenantId, userId),
    });
  }

  protected handle(tenantId: string, userId: string): Promise<void> {
    return this.files.retire(tenantId, userId);
  }
}
