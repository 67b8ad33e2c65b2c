import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { newId } from '../../../kernel/ids/ids';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { actingRole, assertMayGive, assertMayTouch } from '../accounts/acting-role';
import type { UserRole } from '../contract/users.types';
import { AccountsRepository } from '../storage/accounts.repository';
import type { MovedMembers } from '../storage/directory/directory-groups.repository';
import { GroupRolesRepository } from '../storage/directory/group-roles.repository';

/** A change to groups that can also change roles: its transaction, its call, and the highest role that it is allowed to assign. */
export interface RoleGiver {
  readonly tx: Tx;
  readonly context: CallContext;
  readonly acting: UserRole;
}

/**
 * Assigns the roles that result from groups, in the transaction that adds or removes members. Changing the members of a group that assigns
 * a role requires the right to assign that role.
 */
@Injectable()
export class GroupRoleChanges {
  constructor(
    private readonly repository: GroupRolesRepository,
    private readonly accounts: AccountsRepository,
  ) {}

  /** Begins a change with the caller's own rights. Call it before locking any group: see {@link GroupRolesRepository.holdMoves}. */
  async byCaller(tx: Tx, context: CallContext): Promise<RoleGiver> {
    const tenantId = requireTenant(context);
    await this.repository.holdMoves(tx, tenantId);
    return { tx, context, acting: actingRole(context, await this.accounts.findActor(tx, tenantId, context.actor.id)) };
  }

  /** Begins a change that is made by a directory. An administrator's rule lets it assign the roles of the groups that the rule names. */
  async byDirectory(tx: Tx, context: CallContext): Promise<RoleGiver> {
    await this.repository.holdMoves(tx, requireTenant(context));
    return byRule(tx, context);
  }

  /** Assigns roles after users or groups have joined or left a group. Errors: `forbidden`. */
  async afterMoves(giver: RoleGiver, groupId: string, { users, groups }: MovedMembers, now: Date): Promise<void> {
    const { tx, tenantId } = placeOf(giver);
    if (users.length + groups.length === 0 || !(await this.mayChange(giver, groupId))) return;
    const below = groups.length === 0 ? [] : await this.repository.usersBelow(tx, tenantId, groups);
    await this.give(giver, [...new Set([...users, ...below])], now);
  }

  /** Assigns roles after a group has been created or renamed. Errors: `forbidden`. */
  async afterNaming(giver: RoleGiver, groupId: string, now: Date): Promise<void> {
    const { tx, tenantId } = placeOf(giver);
    const before = await this.repository.rolesGivenBy(tx, tenantId, groupId);
    if (!(await this.repository.mark(tx, tenantId, groupId))) return;
    for (const role of before) assertMayGive(giver.acting, role);
    await this.mayChange(giver, groupId);
    await this.give(giver, await this.repository.usersBelow(tx, tenantId, [groupId]), now);
  }

  /** Returns the users whose role might change when a group is deleted. Call it before the deletion. Errors: `forbidden`. */
  async concerned(giver: RoleGiver, groupId: string): Promise<readonly string[]> {
    const { tx, tenantId } = placeOf(giver);
    return (await this.mayChange(giver, groupId)) ? this.repository.usersBelow(tx, tenantId, [groupId]) : [];
  }

  /** Assigns users the role that results from their groups. Errors: `forbidden` if the old or new role is above the giver's. */
  give(giver: RoleGiver, userIds: readonly string[], now: Date): Promise<void> {
    const { tx, tenantId } = placeOf(giver);
    return this.repository.give(tx, tenantId, userIds, now, {
      check: ({ role, before }) => {
        assertMayGive(giver.acting, role);
        assertMayTouch(giver.acting, { role: before });
      },
      eventOf: ({ userId, role }) => {
        const metadata = { changed: ['role'], role, by: 'group' };
        const action = { action: 'user.change', resourceType: 'user', resourceId: userId, metadata, id: newId('aud') };
        return stagedAuditEvent(auditEvent(giver.context, action, now.getTime()));
      },
    });
  }

  /**
   * Returns whether membership in a group can change a role. Errors: `forbidden` if the group assigns a role that the giver is not allowed
   * to assign.
   */
  private async mayChange(giver: RoleGiver, groupId: string): Promise<boolean> {
    const { tx, tenantId } = placeOf(giver);
    const roles = await this.repository.rolesGivenBy(tx, tenantId, groupId);
    for (const role of roles) assertMayGive(giver.acting, role);
    return roles.length > 0;
  }
}

/** Returns the change that an administrator's rule makes. Rules cannot assign a role above `admin`. */
export function byRule(tx: Tx, context: CallContext): RoleGiver {
  return { tx, context, acting: 'admin' };
}

function placeOf({ tx, context }: RoleGiver): { readonly tx: Tx; readonly tenantId: string } {
  return { tx, tenantId: requireTenant(context) };
}
