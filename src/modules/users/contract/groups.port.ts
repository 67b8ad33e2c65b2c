import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Group, GroupMember, GroupMemberQuery, GroupPatch, GroupQuery, NewGroup } from './groups.types';

/** The groups of a tenant. The tenant is the context's; another tenant's group is `not_found`. */
export abstract class GroupsPort {
  /** Errors: `conflict` for a name or external id that is taken, or too many groups; `invalid_request` for a member that is no user. */
  abstract create(context: CallContext, input: NewGroup): Promise<Group>;

  /** Errors: `invalid_request` for a cursor of another list. */
  abstract list(context: CallContext, query: GroupQuery): Promise<CountedPage<Group>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, groupId: string): Promise<Group>;

  /**
   * @param expected which version must be the current one.
   * Errors: `not_found`; `precondition_failed`; `conflict` for a name or external id that is taken.
   */
  abstract update(context: CallContext, groupId: string, patch: GroupPatch, expected: ExpectedVersions): Promise<Group>;

  /** Its members lose at once what the group gave them. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, groupId: string, expected: ExpectedVersions): Promise<void>;

  /** Errors: `not_found`; `invalid_request` for a cursor of another list. */
  abstract members(context: CallContext, groupId: string, query: GroupMemberQuery): Promise<CountedPage<GroupMember>>;

  /** Adding a member that is one already does nothing. Errors: `not_found` for group and user; `conflict` for a full group. */
  abstract addMember(context: CallContext, groupId: string, userId: string): Promise<void>;

  /** Errors: `not_found` for a group, and for a user who is no member. */
  abstract removeMember(context: CallContext, groupId: string, userId: string): Promise<void>;
}
