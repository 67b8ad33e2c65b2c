import type { Tx } from '../../../kernel/database/sql';
import type { MemberRole } from './project-members.types';

/** What somebody is in a project. */
export type ProjectRole = 'owner' | MemberRole;

/** What belongs to projects in another module: files, jobs, workflows, skills. */
export interface ProjectContents {
  /** Such as `files`. */
  readonly name: string;
  /** Deletes what belongs to a project, or lets it go; called before the project is purged, and again after a failure. */
  release(tenantId: string, projectId: string): Promise<void>;
}

/**
 * For whoever keeps things that can belong to a project, and whoever judges by a person's role in it. In one process with
 * the projects.
 */
export abstract class ProjectAccessPort {
  /**
   * Returns the role of a user in a project now; `null` for none, also when there is no such project.
   * @param tx of a caller that holds a connection already.
   */
  abstract roleOf(tenantId: string, projectId: string, userId: string, tx?: Tx): Promise<ProjectRole | null>;

  /** That something can be put into a project. Errors: `invalid_request` at `pointer`: there is none, or it is archived. */
  abstract assertOpen(tenantId: string, projectId: string, pointer: string): Promise<void>;

  /** Says what else goes when a project is purged. */
  abstract register(contents: ProjectContents): void;
}
