import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { RetainedChangeSubscriber } from '../../kernel/changes/retained-change-subscriber';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { MembersRepository } from './storage/members.repository';

/**
 * Removes deleted users from projects: they lose their memberships, and the projects that they own remain until an administrator transfers
 * them.
 */
@Injectable()
export class DeletedUsers extends RetainedChangeSubscriber {
  constructor(
    private readonly members: MembersRepository,
    belongings: UserBelongingsPort,
    feed: ChangeFeed,
  ) {
    super(USER_DELETIONS_TOPIC, () => members.deletedUsers(), feed);
    belongings.register({
      what: 'projectMemberships',
      becomes: 'deleted',
      note: 'The projects stay.',
      count: async (tenantId, userId) => (await members.countOf(tenantId, userId)).memberships,
    });
    belongings.register({
      what: 'ownedProjects',
      becomes: 'kept',
      note: 'An administrator transfers them: POST /v1/projects/{id}/transfer.',
      count: async (tenantId, userId) => (await members.countOf(tenantId, userId)).owned,
    });
  }

  protected handle(tenantId: string, userId: string): Promise<void> {
    return this.members.removeUser(tenantId, userId);
  }
}
