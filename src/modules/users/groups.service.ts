import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { GroupsPort } from './contract/groups.port';
import {
  type Group,
  GROUP_LIMITS,
  type GroupMember,
  type GroupMemberQuery,
  type GroupPatch,
  type GroupQuery,
  type NewGroup,
} from './contract/groups.types';
import { GroupRoleChanges } from './directory/group-role-changes';
import { groupNameKey } from './domain/name-key';
import { countGroupsLocked, deleteGroup } from './storage/group-writes';
import { type GroupFields, GroupsRepository } from './storage/groups.repository';

@Injectable()
export class GroupsService implements GroupsPort {
  constructor(
    private readonly repository: GroupsRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
    private readonly roles: GroupRoleChanges,
  ) {}

  async create(context: CallContext, input: NewGroup): Promise<Group> {
    const tenantId = requireTenant(context);
    const id = newId('grp', this.clock.nowMs());
    const now = new Date(this.clock.nowMs());
    const wanted = [...new Set(input.members)];
    const created = await this.writes.once(context, { action: 'group.add', input }, async (tx) => {
      const giver = await this.roles.byCaller(tx, context);
      if ((await countGroupsLocked(tx, tenantId)) >= GROUP_LIMITS.maxGroups) {
        throw new AppError('conflict', `A tenant can have at most ${GROUP_LIMITS.maxGroups} groups.`);
      }
      await this.repository.insert(tx, tenantId, id, fieldsOf(input), now);
      const { known } = await this.repository.addMembers(tx, tenantId, id, wanted, now);
      assertAllKnown(input.members, known);
      await this.roles.afterNaming(giver, id, now);
      return this.finish(tx, context, 'group.add', id, { members: known.length });
    });
    await this.feed.catchUp();
    return created;
  }

  list(context: CallContext, query: GroupQuery): Promise<CountedPage<Group>> {
    return this.repository.list(requireTenant(context), query);
  }

  async get(context: CallContext, groupId: string): Promise<Group> {
    const found = isId('grp', groupId) ? await this.repository.find(requireTenant(context), groupId) : null;
    if (!found) throw noSuchGroup();
    return found;
  }

  update(context: CallContext, groupId: string, patch: GroupPatch, expected: ExpectedVersions): Promise<Group> {
    const tenantId = requireTenant(context);
    return this.repository.inTransaction(tenantId, async (tx) => {
      const giver = await this.roles.byCaller(tx, context);
      const held = await this.hold(tx, tenantId, groupId, expected);
      const { displayName = held.displayName, externalId = held.externalId, role = held.role } = patch;
      const now = new Date(this.clock.nowMs());
      await this.repository.update(tx, tenantId, groupId, fieldsOf({ displayName, externalId, role }), now);
      await this.roles.afterNaming(giver, groupId, now);
      return this.finish(tx, context, 'group.change', groupId, { changed: Object.keys(patch).sort() });
    });
  }

  async remove(context: CallContext, groupId: string, expected: ExpectedVersions): Promise<void> {
    const tenantId = requireTenant(context);
    await this.repository.inTransaction(tenantId, async (tx) => {
      const giver = await this.roles.byCaller(tx, context);
      const { memberCount } = await this.hold(tx, tenantId, groupId, expected);
      const concerned = await this.roles.concerned(giver, groupId);
      await deleteGroup(tx, tenantId, groupId);
      await this.roles.give(giver, concerned, new Date(this.clock.nowMs()));
      await this.stage(tx, context, 'group.delete', groupId, { members: memberCount });
    });
    await this.feed.catchUp();
  }

  async members(context: CallContext, groupId: string, query: GroupMemberQuery): Promise<CountedPage<GroupMember>> {
    const { id } = await this.get(context, groupId);
    return this.repository.members(requireTenant(context), id, query);
  }

  async addMember(context: CallContext, groupId: string, userId: string): Promise<void> {
    const tenantId = requireTenant(context);
    await this.repository.inTransaction(tenantId, async (tx) => {
      const giver = await this.roles.byCaller(tx, context);
      const { memberCount } = await this.hold(tx, tenantId, groupId, null);
      const now = new Date(this.clock.nowMs());
      const { known, added } = await this.repository.addMembers(tx, tenantId, groupId, [userId], now);
      if (known.length === 0) throw new AppError('not_found', 'There is no such user.');
      if (memberCount + added > GROUP_LIMITS.maxMembers) {
        throw new AppError('conflict', `A group can have at most ${GROUP_LIMITS.maxMembers} members.`);
      }
      await this.roles.afterMoves(giver, groupId, { users: [userId], groups: [] }, now);
      await this.stage(tx, context, 'group.admit', groupId, { userId });
    });
    await this.feed.catchUp();
  }

  async removeMember(context: CallContext, groupId: string, userId: string): Promise<void> {
    const tenantId = requireTenant(context);
    await this.repository.inTransaction(tenantId, async (tx) => {
      const giver = await this.roles.byCaller(tx, context);
      await this.hold(tx, tenantId, groupId, null);
      const now = new Date(this.clock.nowMs());
      if (!(await this.repository.removeMember(tx, tenantId, groupId, userId, now))) {
        throw new AppError('not_found', 'This user is not a member of the group.');
      }
      await this.roles.afterMoves(giver, groupId, { users: [userId], groups: [] }, now);
      await this.stage(tx, context, 'group.expel', groupId, { userId });
    });
    await this.feed.catchUp();
  }

  private async hold(tx: Tx, tenantId: string, groupId: string, expected: ExpectedVersions): Promise<Group> {
    const held = isId('grp', groupId) ? await this.repository.lock(tx, tenantId, groupId) : null;
    if (!held) throw noSuchGroup();
    if (expected !== null && !expected.includes(held.version)) throw changedMeanwhile();
    return held;
  }

  private async finish(
    tx: Tx,
    context: CallContext,
    action: string,
    groupId: string,
    metadata: Readonly<Record<string, unknown>>,
  ): Promise<Group> {
    const made = await this.repository.lock(tx, requireTenant(context), groupId);
    if (!made) throw new Error('A stored group is missing.');
    const { members: _members, ...told } = made;
    await this.stage(tx, context, action, groupId, metadata, told);
    return made;
  }

  private async stage(
    tx: Tx,
    context: CallContext,
    action: string,
    resourceId: string,
    metadata: Readonly<Record<string, unknown>>,
    told?: object,
  ): Promise<void> {
    const audited = { action, resourceType: 'group', resourceId, metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()), told));
  }
}

/** Returns the stored fields of a group. Names are compared as users read them: after NFKC normalization, case-insensitively. */
function fieldsOf({ displayName, externalId, role }: Omit<GroupFields, 'nameKey'>): GroupFields {
  return { displayName, nameKey: groupNameKey(displayName), externalId, role };
}

function assertAllKnown(wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.findIndex((userId) => !known.includes(userId));
  if (unknown < 0) return;
  throw new AppError('invalid_request', 'A member is not a user of this tenant.', {
    fields: [{ pointer: `/members/${unknown}`, code: 'not_found', message: 'There is no such user.' }],
  });
}

function noSuchGroup(): AppError {
  return new AppError('not_found', 'There is no such group.');
}
