import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Group, GroupMember, GroupMemberQuery, GroupPatch, GroupQuery, NewGroup } from './groups.types';

/** The groups of the tenant in the call's context. Another tenant's group is treated as `not_found`. */
export abstract class GroupsPort {
  /**
   * Creates a group. Errors: `conflict` if the name or external id is in use, or there are too many groups; `invalid_request` if a member
   * is not a user.
   */
  abstract create(context: CallContext, input: NewGroup): Promise<Group>;

  /** Lists groups. Errors: `invalid_request` for a cursor from a different list. */
  abstract list(context: CallContext, query: GroupQuery): Promise<CountedPage<Group>>;

  /** Returns a group. Errors: `not_found`. */
  abstract get(context: CallContext, groupId: string): Promise<Group>;

  /**
   * Changes a group. @param expected the versions, one of which must be the current version.
   * Errors: `not_found`; `precondition_failed`; `conflict` if the name or external id is in use.
   */
  abstract update(context: CallContext, groupId: string, patch: GroupPatch, expected: ExpectedVersions): Promise<Group>;

  /** Deletes a group. Its members immediately lose the access that it gave them. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, groupId: string, expected: ExpectedVersions): Promise<void>;

  /** Lists the members of a group. Errors: `not_found`; `invalid_request` for a cursor from a different list. */
  abstract members(context: CallContext, groupId: string, query: GroupMemberQuery): Promise<CountedPage<GroupMember>>;

  /**
   * Adds a member; has no effect if the user is already a member. Errors: `not_found` for an unknown group or user; `conflict` if the group
   * is full.
   */
  abstract addMember(context: CallContext, groupId: string, userId: string): Promise<void>;

  /** Removes a member. Errors: `not_found` for an unknown group, or a user who is not a member. */
  abstract removeMember(context: CallContext, groupId: string, userId: string): Promise<void>;
}
