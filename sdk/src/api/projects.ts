import type {
  NewProject,
  Project,
  ProjectActivity,
  ProjectMember,
  ProjectMemberInput,
  ListProjectMembersQuery,
  ProjectPatch,
  ListProjectActivityQuery,
  ListProjectsQuery,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

export class ProjectsApi extends Api {
  create(project: NewProject, options?: WriteOptions): Promise<Project> {
    return this.make('/v1/projects', project, options);
  }

  list(query?: ListProjectsQuery, options?: CallOptions): Pages<Project> {
    return this.listOf('/v1/projects', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Project> {
    return this.load(path`/v1/projects/${id}`, options);
  }

  update(id: string, patch: ProjectPatch, options?: ChangeOptions): Promise<Project> {
    return this.change(path`/v1/projects/${id}`, patch, options);
  }

  /** Deletes a project. You can restore it for 30 days. */
  delete(id: string, options?: ChangeOptions): Promise<void> {
    return this.remove(path`/v1/projects/${id}`, options);
  }

  restore(id: string, options?: WriteOptions): Promise<Project> {
    return this.make(path`/v1/projects/${id}/restore`, undefined, options);
  }

  /** @param ownerId the ID of an active user of the tenant. */
  transfer(id: string, ownerId: string, options?: WriteOptions & ChangeOptions): Promise<Project> {
    return this.make(path`/v1/projects/${id}/transfer`, { ownerId }, options);
  }

  /** Lists the changes to a project, newest first. */
  activity(id: string, query?: ListProjectActivityQuery, options?: CallOptions): Pages<ProjectActivity> {
    return this.listOf(path`/v1/projects/${id}/activity`, query, options);
  }

  members(id: string, query?: ListProjectMembersQuery, options?: CallOptions): Pages<ProjectMember> {
    return this.listOf(path`/v1/projects/${id}/members`, query, options);
  }

  setMember(id: string, userId: string, member: ProjectMemberInput, options?: CallOptions): Promise<ProjectMember> {
    return this.place(path`/v1/projects/${id}/members/${userId}`, member, options);
  }

  removeMember(id: string, userId: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/projects/${id}/members/${userId}`, options);
  }
}
