import type { CallContext } from '../../../kernel/context/call-context';
import type { ProjectRole } from '../../projects/contract/project-access.port';
import type { FilePlace } from './files.types';

/** The caller's role in the project of a file. */
export interface ProjectState {
  readonly id: string;
  readonly role: ProjectRole;
}

/** The projects that a tenant's files belong to, for callers whose decisions depend on a user's role in them. */
export abstract class FileProjectsPort {
  /**
   * Returns the project of a file in the `shared` tier; for a file that does not exist, the project in which to create it.
   * @param target the request target as sent. @param asked the `projectId` of the request; `null` if absent.
   * @returns `null` for a file without a project, for other tiers, and for an invalid path.
   */
  abstract projectOf(tenantId: string, target: string, asked: string | null): Promise<string | null>;

  /** Returns the project of a file at a path in the context's tenant. */
  abstract projectAt(context: CallContext, place: FilePlace, asked: string | null): Promise<string | null>;

  /**
   * Returns the caller's role in that project, for the policy input.
   * @returns `null` for a caller that is not a person or has no role in the project, and for a file without a project.
   */
  abstract stateAt(context: CallContext, place: FilePlace, asked: string | null): Promise<ProjectState | null>;
}
