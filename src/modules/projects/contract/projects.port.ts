import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { NewProject, Project, ProjectActivity, ProjectPatch, ProjectQuery } from './projects.types';

/**
 * The projects of a tenant. The tenant is the context's; another tenant's project is `not_found`, as is one that is deleted.
 * `expected` names the versions of which one must be current, else `precondition_failed`.
 */
export abstract class ProjectsPort {
  /** The caller becomes the owner. Errors: `conflict` when a project of the tenant has this key, or its plan no room. */
  abstract create(context: CallContext, input: NewProject): Promise<Project>;

  /** Errors: `invalid_request` for a cursor of another list, sort or filter. */
  abstract list(context: CallContext, query: ProjectQuery): Promise<CountedPage<Project>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Project>;

  /**
   * One that is archived changes only together with its status. Errors: `not_found`, `conflict` for a key that is taken or
   * an archived project, `invalid_request` for an end before the start.
   */
  abstract update(context: CallContext, id: string, patch: ProjectPatch, expected: ExpectedVersions): Promise<Project>;

  /** Marks the project as deleted; its key is free again. Errors: `not_found`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;

  /** Restores a deleted project within 30 days. Errors: `not_found`; `conflict` when another project now has its key, or the plan has no room. */
  abstract restore(context: CallContext, id: string): Promise<Project>;

  /** Returns the activity of a project, newest first. Errors: `not_found`. */
  abstract activity(context: CallContext, id: string, query: PageQuery): Promise<Page<ProjectActivity>>;
}
