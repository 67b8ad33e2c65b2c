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
 * The groups of a tenant as its identity provider manages them. Groups can be members of groups, but not, even
 * indirectly, of themselves. If the tenant's rule says so, members of a group get a role from it, in the same
 * transaction.
 */
export abstract class DirectoryGroupsPort {
  /** Returns a group; `null` when there is none. */
  abstract find(context: CallContext, id: string, withMembers: boolean): Promise<DirectoryGroup | null>;

  /** Lists groups. Errors: `invalid_request` for a cursor of another list; `gone` for one that is too old. */
  abstract list(context: CallContext, query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>>;

  /**
   * Creates a group. Errors: `conflict` for a name or external id that is taken (in `fields`), and for too many groups;
   * as {@link change}.
   */
  abstract create(
    context: CallContext,
    write: DirectoryGroupWrite,
    members: readonly string[],
  ): Promise<DirectoryGroup>;

  /**
   * Changes a group and its members, in one transaction.
   * @param write the new values; `null`: unchanged.
   * @param members changes in their order.
   * @returns the group without its members.
   * Errors: `not_found`; `precondition_failed`; `conflict` for a name that is taken, or a full group; `invalid_request`
   * for a member that does not exist, or contains the group.
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

  /** Returns the roles that groups give. */
  abstract roles(context: CallContext): Promise<GroupRoles>;

  /** Replaces the roles that groups give, and gives everybody the resulting role. Errors: `precondition_failed`. */
  abstract setRoles(context: CallContext, roles: NewGroupRoles, expected: ExpectedVersions): Promise<GroupRoles>;
}
