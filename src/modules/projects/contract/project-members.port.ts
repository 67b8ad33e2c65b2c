import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { MemberInput, MemberQuery, ProjectMember, ProjectTransfer } from './project-members.types';
import type { Project } from './projects.types';

/** The members of a project. They do not include the owner, who is named by `ownerId`. Errors of all methods: `not_found`. */
export abstract class ProjectMembersPort {
  abstract members(context: CallContext, id: string, query: MemberQuery): Promise<CountedPage<ProjectMember>>;

  /** Adds a user, or changes the role of a member. Errors: `invalid_request` for a user who is not active; `conflict` for the owner. */
  abstract setMember(context: CallContext, id: string, userId: string, input: MemberInput): Promise<ProjectMember>;

  abstract removeMember(context: CallContext, id: string, userId: string): Promise<void>;

  /**
   * Transfers the project to another owner; a previous owner who is a user becomes an admin. Errors: `invalid_request` for a user who is
   * not active; `precondition_failed`.
   */
  abstract transfer(
    context: CallContext,
    id: string,
    transfer: ProjectTransfer,
    expected: ExpectedVersions,
  ): Promise<Project>;
}
