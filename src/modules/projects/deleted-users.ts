import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { USER_DELETIONS_TOPIC } from '../users/contract/users.topics';
import { MembersRepository } from './storage/members.repository';

/**
 * Removes deleted users from projects: they lose their memberships, and the projects that they own remain until an administrator transfers
 * them.
 */
@Injectable()
export class DeletedUsers implements ChangeSubscriber {
  readonly topics = [USER_DELETIONS_TOPIC];

  constructor(
    private readonly members: MembersRepository,
    belongings: UserBelongingsPort,
    feed: ChangeFeed,
  ) {
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
    feed.register(this);
  }

  /** Handles users who were deleted while no process with this subscriber was running. */
  async load(): Promise<void> {
    for await (const change of this.members.deletedUsers()) await this.apply(change);
  }

  async apply({ tenantId, key }: Change): Promise<void> {
    if (tenantId !== null) await this.members.removeUser(tenantId, key);
  }
}
