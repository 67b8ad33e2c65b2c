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
 * The groups of a tenant as its identity provider administers them. Groups can be members of groups, but not of themselves
 * by any way. Where the tenant's rule says so, who is in a group has a role by it, from the same transaction on.
 */
export abstract class DirectoryGroupsPort {
  /** `null` when there is none. */
  abstract find(context: CallContext, id: string, withMembers: boolean): Promise<DirectoryGroup | null>;

  /** Errors: `invalid_request` for a cursor of another list; `gone` for one that is too old. */
  abstract list(context: CallContext, query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>>;

  /** Errors: `conflict` for a name or external id that is taken (in `fields`), and too many groups; as {@link change}. */
  abstract create(
    context: CallContext,
    write: DirectoryGroupWrite,
    members: readonly string[],
  ): Promise<DirectoryGroup>;

  /**
   * Changes a group and its members, in one transaction.
   * @param write what it is to be; `null`: as it is.
   * @param members changes in their order.
   * @returns the group without its members.
   * Errors: `not_found`; `precondition_failed`; `conflict` for a name that is taken, a full group; `invalid_request` for a
   * member that is nobody, or that has the group among its own.
   */
  abstract change(
    context: CallContext,
    id: string,
    expected: ExpectedVersions,
    write: DirectoryGroupWrite | null,
    members: readonly MemberChange[],
  ): Promise<DirectoryGroup>;

  /** Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;

  /** Which groups give which roles. */
  abstract roles(context: CallContext): Promise<GroupRoles>;

  /** Replaces that, and gives everybody the role that follows. Errors: `precondition_failed`. */
  abstract setRoles(context: CallContext, roles: NewGroupRoles, expected: ExpectedVersions): Promise<GroupRoles>;
}
