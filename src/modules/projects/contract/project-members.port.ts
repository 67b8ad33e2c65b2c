import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { MemberInput, MemberQuery, ProjectMember, ProjectTransfer } from './project-members.types';
import type { Project } from './projects.types';

/** Who works on a project. Its owner is `ownerId` and not among its members. Errors of all: `not_found`. */
export abstract class ProjectMembersPort {
  abstract members(context: CallContext, id: string, query: MemberQuery): Promise<CountedPage<ProjectMember>>;

  /** Adds a user, or gives a member another role. Errors: `invalid_request` for no active user; `conflict` for the owner. */
  abstract setMember(context: CallContext, id: string, userId: string, input: MemberInput): Promise<ProjectMember>;

  abstract removeMember(context: CallContext, id: string, userId: string): Promise<void>;

  /**
   * Gives the project another owner; a user who owned it stays as an admin.
   * Errors: `invalid_request` for no active user; `precondition_failed`.
   */
  abstract transfer(
    context: CallContext,
    id: string,
    transfer: ProjectTransfer,
    expected: ExpectedVersions,
  ): Promise<Project>;
}
