import { Injectable } from '@nestjs/common';
import { requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { AppError } from '../../../kernel/errors/app-error';
import { isId } from '../../../kernel/ids/ids';
import type { MemberChange } from '../contract/directory.types';
import { DirectoryGroupsRepository, type MovedMembers } from '../storage/directory/directory-groups.repository';
import { lockUsers, publishGroups } from '../storage/group-writes';
import { GroupRoleChanges, type RoleGiver } from './group-role-changes';

/** The members added to and removed from a group. */
export interface Moves {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The change in the number of users. */
  readonly userDelta: number;
  readonly moved: boolean;
}

const NOBODY: MovedMembers = { users: [], groups: [] };

/** Changes group members and the resulting roles, in the transaction that locks the group. */
@Injectable()
export class MemberChanges {
  constructor(
    private readonly repository: DirectoryGroupsRepository,
    private readonly roleChanges: GroupRoleChanges,
  ) {}

  /**
   * Applies changes. Errors: `invalid_request` for a member that does not exist, or contains the group; `not_found` if a required member is
   * missing.
   */
  async apply(giver: RoleGiver, groupId: string, changes: readonly MemberChange[], now: Date): Promise<Moves> {
    const { tx } = giver;
    const tenantId = requireTenant(giver.context);
    const all: { readonly came: MovedMembers; readonly went: MovedMembers }[] = [];
    for (const change of changes) all.push(await this.one(tx, tenantId, groupId, change, now));
    const [came, went] = [together(all.map((one) => one.came)), together(all.map((one) => one.went))];
    const moved = together([came, went]);
    await this.roleChanges.afterMoves(giver, groupId, moved, now);
    await publishGroups(tx, tenantId, [...moved.users, ...moved.groups]);
    return {
      added: [...came.users, ...came.groups],
      removed: [...went.users, ...went.groups],
      userDelta: all.reduce((sum, one) => sum + one.came.users.length - one.went.users.length, 0),
      moved: moved.users.length + moved.groups.length > 0,
    };
  }

  private async one(
    tx: Tx,
    tenantId: string,
    groupId: string,
    change: MemberChange,
    now: Date,
  ): Promise<{ readonly came: MovedMembers; readonly went: MovedMembers }> {
    if (change.op === 'add') return { came: await this.add(tx, tenantId, groupId, change.ids, now), went: NOBODY };
    if (change.op === 'replace') {
      const went = await this.repository.take(tx, tenantId, groupId, 'others', byKind(change.ids));
      return { came: await this.add(tx, tenantId, groupId, change.ids, now), went };
    }
    const ids =
      change.op === 'remove' ? change.ids : await this.repository.membersWhere(tx, tenantId, groupId, change.filter);
    const went = await this.repository.take(tx, tenantId, groupId, 'these', byKind(ids));
    if (change.isRequired && went.users.length + went.groups.length === 0) {
      const message = 'None of these ids is a member of the group.';
      throw new AppError('not_found', message, { fields: [{ pointer: '/members', code: 'not_found', message }] });
    }
    return { came: NOBODY, went };
  }

  private async add(
    tx: Tx,
    tenantId: string,
    groupId: string,
    ids: readonly string[],
    now: Date,
  ): Promise<MovedMembers> {
    const { users, groups } = byKind(ids);
    const known = new Set([
      ...(await lockUsers(tx, tenantId, users)),
      ...(await this.repository.lockGroups(tx, tenantId, groups)),
    ]);
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw memberFault('A member is not a user or group of this tenant.');
    if (groups.length > 0 && (await this.repository.cyclesOf(tx, tenantId, groupId, groups)).length > 0) {
      throw memberFault('A group cannot be a member of itself, directly or indirectly.');
    }
    return this.repository.add(tx, tenantId, groupId, { users, groups }, now);
  }
}

/** Merges lists of members without duplicates. */
function together(moved: readonly MovedMembers[]): MovedMembers {
  return {
    users: [...new Set(moved.flatMap(({ users }) => users))],
    groups: [...new Set(moved.flatMap(({ groups }) => groups))],
  };
}

function byKind(ids: readonly string[]): MovedMembers {
  const all = [...new Set(ids)];
  return { users: all.filter((id) => isId('usr', id)), groups: all.filter((id) => isId('grp', id)) };
}

function memberFault(message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer: '/members', code: 'not_found', message }] });
}
