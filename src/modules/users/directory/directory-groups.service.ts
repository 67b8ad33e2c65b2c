import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../../kernel/http/conditions/versions';
import { isId, newId } from '../../../kernel/ids/ids';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import type { DirectoryGroupsPort } from '../contract/directory-groups.port';
import type {
  DirectoryGroup,
  DirectoryGroupWrite,
  DirectoryPage,
  DirectoryQuery,
  GroupRoles,
  MemberChange,
  NewGroupRoles,
} from '../contract/directory.types';
import { GROUP_LIMITS } from '../contract/groups.types';
import { DirectoryGroupsRepository } from '../storage/directory/directory-groups.repository';
import { GroupRolesRepository } from '../storage/directory/group-roles.repository';
import { countGroupsLocked, deleteGroup } from '../storage/group-writes';
import { byRule, GroupRoleChanges } from './group-role-changes';
import { MemberChanges, type Moves } from './member-changes';

const NO_RULES: GroupRoles = { rules: [], defaultRole: 'member', version: 0 };

@Injectable()
export class DirectoryGroupsService implements DirectoryGroupsPort {
  constructor(
    private readonly repository: DirectoryGroupsRepository,
    private readonly rules: GroupRolesRepository,
    private readonly roleChanges: GroupRoleChanges,
    private readonly members: MemberChanges,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async find(context: CallContext, id: string, withMembers: boolean): Promise<DirectoryGroup | null> {
    return isId('grp', id) ? this.repository.find(requireTenant(context), id, withMembers) : null;
  }

  list(context: CallContext, query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>> {
    return this.repository.list(requireTenant(context), query, this.clock.nowMs());
  }

  async create(context: CallContext, write: DirectoryGroupWrite, members: readonly string[]): Promise<DirectoryGroup> {
    const tenantId = requireTenant(context);
    const now = new Date(this.clock.nowMs());
    const id = newId('grp', now.getTime());
    const made = await this.repository.inTransaction(tenantId, async (tx) => {
      const giver = await this.roleChanges.byDirectory(tx, context);
      if ((await countGroupsLocked(tx, tenantId)) >= GROUP_LIMITS.maxGroups) {
        throw new AppError('conflict', `A tenant can have at most ${GROUP_LIMITS.maxGroups} groups.`);
      }
      await this.repository.insert(tx, tenantId, id, write, now);
      await this.rules.mark(tx, tenantId, id);
      const moves = await this.members.apply(giver, id, [{ op: 'add', ids: members }], now);
      assertRoom(moves.userDelta);
      const { displayName, externalId } = write;
      const told = { id, displayName, externalId, memberCount: moves.userDelta };
      await this.stage(tx, context, 'group.add', id, { members: members.length }, told);
      if (moves.moved) return this.repository.touch(tx, tenantId, id, moves.userDelta, now);
      return this.hold(tx, tenantId, id, null);
    });
    await this.feed.catchUp();
    return made;
  }

  async change(
    context: CallContext,
    id: string,
    expected: ExpectedVersions,
    write: DirectoryGroupWrite | null,
    members: readonly MemberChange[],
  ): Promise<DirectoryGroup> {
    const tenantId = requireTenant(context);
    if (!isId('grp', id)) throw noSuchGroup();
    const now = new Date(this.clock.nowMs());
    const changed = await this.repository.inTransaction(tenantId, async (tx) => {
      const giver = await this.roleChanges.byDirectory(tx, context);
      const before = await this.hold(tx, tenantId, id, expected);
      if (write !== null) await this.repository.update(tx, tenantId, id, write);
      if (write !== null && write.displayName !== before.displayName) {
        await this.roleChanges.afterNaming(giver, id, now);
      }
      const moves = await this.members.apply(giver, id, members, now);
      assertRoom(before.userCount + moves.userDelta);
      if (write === null && !moves.moved) return before;
      await this.stage(tx, context, actionOf(write, moves), id, metadataOf(write, moves));
      return this.repository.touch(tx, tenantId, id, moves.userDelta, now);
    });
    await this.feed.catchUp();
    return changed;
  }

  async remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    const tenantId = requireTenant(context);
    if (!isId('grp', id)) throw noSuchGroup();
    const now = new Date(this.clock.nowMs());
    await this.repository.inTransaction(tenantId, async (tx) => {
      const giver = await this.roleChanges.byDirectory(tx, context);
      const { userCount } = await this.hold(tx, tenantId, id, expected);
      const concerned = await this.roleChanges.concerned(giver, id);
      await deleteGroup(tx, tenantId, id);
      await this.roleChanges.give(giver, concerned, now);
      await this.stage(tx, context, 'group.delete', id, { members: userCount });
    });
    await this.feed.catchUp();
  }

  async roles(context: CallContext): Promise<GroupRoles> {
    return (await this.rules.find(requireTenant(context))) ?? NO_RULES;
  }

  async setRoles(context: CallContext, roles: NewGroupRoles, expected: ExpectedVersions): Promise<GroupRoles> {
    const tenantId = requireTenant(context);
    const now = new Date(this.clock.nowMs());
    const set = await this.repository.inTransaction(tenantId, async (tx) => {
      const version = await this.rules.holdVersion(tx, tenantId);
      if (expected !== null && !expected.includes(version)) throw changedMeanwhile();
      const stored = await this.rules.put(tx, tenantId, roles, context.actor.id, now);
      if (roles.rules.length > 0) {
        await this.roleChanges.give(byRule(tx, context), await this.rules.usersInGroups(tx, tenantId), now);
      }
      const metadata = { rules: roles.rules.length, defaultRole: roles.defaultRole };
      const audited = { action: 'group.roles.set', resourceType: 'group_roles', resourceId: tenantId, metadata };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, now.getTime())));
      return stored;
    });
    await this.feed.catchUp();
    return set;
  }

  private async hold(tx: Tx, tenantId: string, id: string, expected: ExpectedVersions) {
    const held = await this.repository.lock(tx, tenantId, id);
    if (!held) throw noSuchGroup();
    if (expected !== null && !expected.includes(held.version)) throw changedMeanwhile();
    return held;
  }

  private async stage(
    tx: Tx,
    context: CallContext,
    action: string,
    resourceId: string,
    metadata: Readonly<Record<string, unknown>>,
    told?: object,
  ): Promise<void> {
    const audited = { action, resourceType: 'group', resourceId, metadata: { ...metadata, by: 'directory' } };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()), told));
  }
}

/** Maximum number of member ids in an audit record. Beyond that, only the count is complete. */
const NAMED = 50;

function actionOf(write: DirectoryGroupWrite | null, { added, removed }: Moves): string {
  if (write !== null || (added.length > 0 && removed.length > 0)) return 'group.change';
  return added.length > 0 ? 'group.admit' : 'group.expel';
}

function metadataOf(write: DirectoryGroupWrite | null, { added, removed }: Moves): Readonly<Record<string, unknown>> {
  const named = (ids: readonly string[]) => ({ count: ids.length, ids: ids.slice(0, NAMED) });
  return {
    changed: [...(write === null ? [] : ['group']), ...(added.length + removed.length > 0 ? ['members'] : [])],
    ...(added.length > 0 ? { added: named(added) } : {}),
    ...(removed.length > 0 ? { removed: named(removed) } : {}),
  };
}

function assertRoom(users: number): void {
  if (users <= GROUP_LIMITS.maxMembers) return;
  throw new AppError('conflict', `A group can have at most ${GROUP_LIMITS.maxMembers} members.`);
}

function noSuchGroup(): AppError {
  return new AppError('not_found', 'There is no such group.');
}
