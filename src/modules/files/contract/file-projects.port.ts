import type { CallContext } from '../../../kernel/context/call-context';
import type { ProjectRole } from '../../projects/contract/project-access.port';
import type { FilePlace } from './files.types';

/** What a person is in the project of a file. */
export interface ProjectStanding {
  readonly id: string;
  readonly role: ProjectRole;
}

/** The projects that files of a tenant belong to, for who judges by what a person is in them. */
export abstract class FileProjectsPort {
  /**
   * The project of a file in the tier `shared`; of one that is not there, the one that it is to be made in.
   * @param target of the request, as it was sent. @param asked `projectId` of the request; `null` without.
   * @returns `null` for a file of no project, for other tiers, and for what is no path.
   */
  abstract projectOf(tenantId: string, target: string, asked: string | null): Promise<string | null>;

  /** The same for a place of the context's tenant. */
  abstract projectAt(context: CallContext, place: FilePlace, asked: string | null): Promise<string | null>;

  /**
   * What the caller is in that project, as the policy hears of it.
   * @returns `null` for who is no person, or is nothing in it, and for a file of no project.
   */
  abstract standingAt(context: CallContext, place: FilePlace, asked: string | null): Promise<ProjectStanding | null>;
}
