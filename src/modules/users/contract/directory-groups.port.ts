import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type {
  DirectoryGroup,
  DirectoryGroupWrite,
  DirectoryPage,
  DirectoryQuery,
  GroupRoles,
  MemberChange,
  NewGroupRoles,
} from './directory.types';

/**
 * The groups of a tenant, as its identity provider manages them. A group can be a member of other groups, but not of itself,
 * directly or indirectly. A rule of the tenant can assign a role to the members of a group. The role changes in the same transaction as the
 * group.
 */
export abstract class DirectoryGroupsPort {
  /** Returns a group; `null` if there is none. */
  abstract find(context: CallContext, id: string, withMembers: boolean): Promise<DirectoryGroup | null>;

  /** Lists groups. Errors: `invalid_request` for a cursor from a different list; `gone` for a cursor that is too old. */
  abstract list(context: CallContext, query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>>;

  /**
   * Creates a group. Errors: `conflict` if the name or external id is in use (in `fields`), or there are too many groups; the errors of
   * {@link change}.
   */
  abstract create(
    context: CallContext,
    write: DirectoryGroupWrite,
    members: readonly string[],
  ): Promise<DirectoryGroup>;

  /**
   * Changes a group and its members, in one transaction.
   * @param write the new values; `null` leaves them unchanged.
   * @param members the changes to the members, in order.
   * @returns the group without its members.
   * Errors: `not_found`; `precondition_failed`; `conflict` if the name is in use or the group is full; `invalid_request` for a member that
   * does not exist, or contains the group.
   */
  abstract change(
    context: CallContext,
    id: string,
    expected: ExpectedVersions,
    write: DirectoryGroupWrite | null,
    members: readonly MemberChange[],
  ): Promise<DirectoryGroup>;

  /** Deletes a group. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;

  /** Returns the roles that groups assign. */
  abstract roles(context: CallContext): Promise<GroupRoles>;

  /** Replaces the roles that groups assign, and updates the role of every affected user. Errors: `precondition_failed`. */
  abstract setRoles(context: CallContext, roles: NewGroupRoles, expected: ExpectedVersions): Promise<GroupRoles>;
}
