import type { Tx } from '../../../kernel/database/sql';
import type { MemberRole } from './project-members.types';

/** The role of a user in a project. */
export type ProjectRole = 'owner' | MemberRole;

/** The contents of projects in another module: files, jobs, workflows or skills. */
export interface ProjectContents {
  /** Such as `files`. */
  readonly name: string;
  /** Deletes or releases the contents of a project; called before the project is purged, and again after a failure. */
  release(tenantId: string, projectId: string): Promise<void>;
}

/**
 * Access to projects, for modules whose resources can belong to a project, or that check a user's role in a project. Runs in the same
 * process as the projects module.
 */
export abstract class ProjectAccessPort {
  /**
   * Returns the current role of a user in a project; `null` if the user has no role, or if the project does not exist.
   * @param tx the transaction of a caller that already has a connection.
   */
  abstract roleOf(tenantId: string, projectId: string, userId: string, tx?: Tx): Promise<ProjectRole | null>;

  /**
   * Asserts that a resource can be added to a project. Errors: `invalid_request` at `pointer` if the project does not exist or is archived.
   */
  abstract assertOpen(tenantId: string, projectId: string, pointer: string): Promise<void>;

  /** Registers contents to release when a project is purged. */
  abstract register(contents: ProjectContents): void;
}
