import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/database';
import { AppError } from '../../../kernel/errors/app-error';
import { isId } from '../../../kernel/ids/ids';
import type { MemberChange } from '../contract/directory.types';
import { DirectoryGroupsRepository, type MovedMembers } from '../storage/directory/directory-groups.repository';
import { GroupRoleChanges } from './group-role-changes';

/** Who came into a group and who went. */
export interface Moves {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Users more than before, or fewer. */
  readonly userDelta: number;
  readonly moved: boolean;
}

const NOBODY: MovedMembers = { users: [], groups: [] };

/** Changes of who is in a group, in the transaction that holds it, with the roles that follow. */
@Injectable()
export class MemberChanges {
  constructor(
    private readonly repository: DirectoryGroupsRepository,
    private readonly roleChanges: GroupRoleChanges,
  ) {}

  /** Errors: `invalid_request` for a member that is nobody, or has the group among its own; `not_found` where one is required. */
  async apply(
    tx: Tx,
    context: CallContext,
    groupId: string,
    changes: readonly MemberChange[],
    now: Date,
  ): Promise<Moves> {
    let added: readonly string[] = [];
    let removed: readonly string[] = [];
    let userDelta = 0;
    for (const change of changes) {
      const moved = await this.one(tx, context, groupId, change, now);
      await this.roleChanges.afterMove(tx, context, groupId, [...moved.came.users, ...moved.went.users], now);
      added = [...added, ...moved.came.users, ...moved.came.groups];
      removed = [...removed, ...moved.went.users, ...moved.went.groups];
      userDelta += moved.came.users.length - moved.went.users.length;
    }
    await this.repository.tell(tx, requireTenant(context), [...new Set([...added, ...removed])]);
    return { added, removed, userDelta, moved: added.length + removed.length > 0 };
  }

  private async one(
    tx: Tx,
    context: CallContext,
    groupId: string,
    change: MemberChange,
    now: Date,
  ): Promise<{ readonly came: MovedMembers; readonly went: MovedMembers }> {
    const tenantId = requireTenant(context);
    if (change.op === 'add') return { came: await this.add(tx, context, groupId, change.ids, now), went: NOBODY };
    if (change.op === 'replace') {
      const went = await this.take(tx, context, groupId, 'others', change.ids, now);
      return { came: await this.add(tx, context, groupId, change.ids, now), went };
    }
    const ids =
      change.op === 'remove' ? change.ids : await this.repository.membersWhere(tx, tenantId, groupId, change.filter);
    const went = await this.take(tx, context, groupId, 'these', ids, now);
    if (change.isRequired && went.users.length + went.groups.length === 0) {
      const message = 'None of these is a member of the group.';
      throw new AppError('not_found', message, { fields: [{ pointer: '/members', code: 'not_found', message }] });
    }
    return { came: NOBODY, went };
  }

  private async add(
    tx: Tx,
    context: CallContext,
    groupId: string,
    ids: readonly string[],
    now: Date,
  ): Promise<MovedMembers> {
    const tenantId = requireTenant(context);
    const { users, groups } = byKind(ids);
    const known = new Set([
      ...(await this.repository.holdUsers(tx, tenantId, users)),
      ...(await this.repository.holdGroups(tx, tenantId, groups)),
    ]);
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw memberFault('A member is no user or group of this tenant.');
    if (groups.length > 0 && (await this.repository.cyclesOf(tx, tenantId, groupId, groups)).length > 0) {
      throw memberFault('A group cannot be a member of itself, by whatever way.');
    }
    const came = await this.repository.add(tx, tenantId, groupId, { users, groups }, now);
    for (const nested of came.groups) {
      await this.roleChanges.give(tx, context, await this.roleChanges.concerned(tx, context, nested), now);
    }
    return came;
  }

  private async take(
    tx: Tx,
    context: CallContext,
    groupId: string,
    which: 'these' | 'others',
    ids: readonly string[],
    now: Date,
  ): Promise<MovedMembers> {
    const went = await this.repository.take(tx, requireTenant(context), groupId, which, byKind(ids));
    if (went.groups.length > 0) {
      // Their own places are gone already, and what counts is where they were.
      const concerned = await this.roleChanges.concernedBy(tx, context, groupId, went.groups);
      await this.roleChanges.give(tx, context, concerned, now);
    }
    return went;
  }
}

function byKind(ids: readonly string[]): MovedMembers {
  const all = [...new Set(ids)];
  return { users: all.filter((id) => isId('usr', id)), groups: all.filter((id) => isId('grp', id)) };
}

function memberFault(message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer: '/members', code: 'not_found', message }] });
}
