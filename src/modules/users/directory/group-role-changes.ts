import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/database';
import { newId } from '../../../kernel/ids/ids';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import type { MovedMembers } from '../storage/directory/directory-groups.repository';
import { GroupRolesRepository } from '../storage/directory/group-roles.repository';

/** Roles that follow from groups, in the transaction in which somebody comes or goes. */
@Injectable()
export class GroupRoleChanges {
  constructor(private readonly repository: GroupRolesRepository) {}

  /** Before anything of a group is held: see {@link GroupRolesRepository.holdMoves}. */
  hold(tx: Tx, context: CallContext): Promise<void> {
    return this.repository.holdMoves(tx, requireTenant(context));
  }

  /** After users and groups came into a group, or went: once, whatever became of whom meanwhile. */
  async afterMoves(
    tx: Tx,
    context: CallContext,
    groupId: string,
    { users, groups }: MovedMembers,
    now: Date,
  ): Promise<void> {
    const tenantId = requireTenant(context);
    if (users.length + groups.length === 0 || !(await this.repository.counts(tx, tenantId, groupId))) return;
    const below = groups.length === 0 ? [] : await this.repository.usersBelow(tx, tenantId, groups);
    await this.give(tx, context, [...new Set([...users, ...below])], now);
  }

  /** After a group is new or has another name. */
  async afterNaming(tx: Tx, context: CallContext, groupId: string, now: Date): Promise<void> {
    const tenantId = requireTenant(context);
    if (!(await this.repository.mark(tx, tenantId, groupId))) return;
    await this.give(tx, context, await this.repository.usersBelow(tx, tenantId, [groupId]), now);
  }

  /** Whom the end of a group may cost a role; asked before. */
  async concerned(tx: Tx, context: CallContext, groupId: string): Promise<readonly string[]> {
    const tenantId = requireTenant(context);
    if (!(await this.repository.counts(tx, tenantId, groupId))) return [];
    return this.repository.usersBelow(tx, tenantId, [groupId]);
  }

  /** Gives users the role that follows from their groups. */
  give(tx: Tx, context: CallContext, userIds: readonly string[], now: Date): Promise<void> {
    return this.repository.give(tx, requireTenant(context), userIds, now, ({ userId, role }) => {
      const metadata = { changed: ['role'], role, by: 'group' };
      const action = { action: 'user.change', resourceType: 'user', resourceId: userId, metadata, id: newId('aud') };
      return stagedAuditEvent(auditEvent(context, action, now.getTime()));
    });
  }
}
