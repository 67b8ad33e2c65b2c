import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/http/page';
import type { NewProject, Project } from './projects.types';

/** The projects of a tenant. The tenant is the context's; another tenant's project is `not_found`. */
export abstract class ProjectsPort {
  /** The caller becomes the owner. Errors: `conflict` when a project of the tenant has this key. */
  abstract create(context: CallContext, input: NewProject): Promise<Project>;

  /** Oldest first; deleted ones are left out. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<Project>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Project>;

  /** Marks the project as deleted; its key is free again. Errors: `not_found`. */
  abstract remove(context: CallContext, id: string): Promise<void>;
}
