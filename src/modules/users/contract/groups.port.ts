import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/http/page';
import type { GroupMember, GroupPatch, NewGroup, TaggedGroup } from './groups.types';

/** The groups of a tenant. The tenant is the context's; another tenant's group is `not_found`. */
export abstract class GroupsPort {
  /** Errors: `conflict` for a name or external id that is taken, or too many groups; `invalid_request` for a member that is no user. */
  abstract create(context: CallContext, input: NewGroup): Promise<TaggedGroup>;

  /** Oldest first. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<TaggedGroup['group']>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, groupId: string): Promise<TaggedGroup>;

  /**
   * @param ifMatch of the request; `null` for none.
   * Errors: `not_found`; `precondition_failed`; `conflict` for a name or external id that is taken.
   */
  abstract update(
    context: CallContext,
    groupId: string,
    patch: GroupPatch,
    ifMatch: string | null,
  ): Promise<TaggedGroup>;

  /** Its members lose at once what the group gave them. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, groupId: string, ifMatch: string | null): Promise<void>;

  /** By user id. Errors: `not_found`. */
  abstract members(context: CallContext, groupId: string, query: PageQuery): Promise<Page<GroupMember>>;

  /** Adding a member that is one already does nothing. Errors: `not_found` for group and user; `conflict` for a full group. */
  abstract addMember(context: CallContext, groupId: string, userId: string): Promise<void>;

  /** Errors: `not_found` for a group, and for a user who is no member. */
  abstract removeMember(context: CallContext, groupId: string, userId: string): Promise<void>;
}
