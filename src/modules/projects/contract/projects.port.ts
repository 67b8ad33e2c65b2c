import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { NewProject, Project, ProjectActivity, ProjectPatch, ProjectQuery } from './projects.types';

/**
 * The projects of the context's tenant. Projects of other tenants and deleted projects are `not_found`. One of the `expected` versions must
 * be current; otherwise the call fails with `precondition_failed`.
 */
export abstract class ProjectsPort {
  /**
   * Creates a project that the caller owns. Errors: `conflict` if a project of the tenant already has this key, or if the plan's limit is
   * reached.
   */
  abstract create(context: CallContext, input: NewProject): Promise<Project>;

  /** Returns a page of projects. Errors: `invalid_request` for a cursor from a different list, sort order or filter. */
  abstract list(context: CallContext, query: ProjectQuery): Promise<CountedPage<Project>>;

  /** Returns a project. Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Project>;

  /**
   * Changes a project. An archived project can be changed only together with its status. Errors: `not_found`; `conflict` for a key that is
   * in use, or for an archived project; `invalid_request` for an end date before the start date.
   */
  abstract update(context: CallContext, id: string, patch: ProjectPatch, expected: ExpectedVersions): Promise<Project>;

  /** Marks the project as deleted; its key becomes available again. Errors: `not_found`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;

  /**
   * Restores a deleted project within 30 days. Errors: `not_found`; `conflict` if a different project now has its key, or if the plan's
   * limit is reached.
   */
  abstract restore(context: CallContext, id: string): Promise<Project>;

  /** Returns the activity of a project, newest first. Errors: `not_found`. */
  abstract activity(context: CallContext, id: string, query: PageQuery): Promise<Page<ProjectActivity>>;
}
