import { Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { isId } from '../../kernel/ids/ids';
import type { ProjectAccessPort, ProjectContents, ProjectRole } from './contract/project-access.port';
import { MembersRepository } from './storage/members.repository';
import { ProjectsRepository } from './storage/projects.repository';

@Injectable()
export class ProjectAccessService implements ProjectAccessPort {
  private readonly contents: ProjectContents[] = [];

  constructor(
    private readonly projects: ProjectsRepository,
    private readonly members: MembersRepository,
  ) {}

  async roleOf(tenantId: string, projectId: string, userId: string, tx?: Tx): Promise<ProjectRole | null> {
    return isId('prj', projectId) ? this.members.roleOf(tenantId, projectId, userId, tx) : null;
  }

  async assertOpen(tenantId: string, projectId: string, pointer: string): Promise<void> {
    const project = isId('prj', projectId) ? await this.projects.find(tenantId, projectId) : null;
    if (project !== null && project.status !== 'archived') return;
    const message = project === null ? 'The project does not exist.' : 'The project is archived.';
    throw new AppError('invalid_request', message, { fields: [{ pointer, code: 'no_open_project', message }] });
  }

  register(contents: ProjectContents): void {
    this.contents.push(contents);
  }

  /** Releases all contents that belong to a project. */
  async release(tenantId: string, projectId: string): Promise<void> {
    for (const contents of this.contents) await contents.release(tenantId, projectId);
  }
}
