import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { ProjectAccessPort } from '../projects/contract/project-access.port';
import { pathInUrl } from './contract/file-path';
import type { FileProjectsPort, ProjectState } from './contract/file-projects.port';
import type { FilePlace } from './contract/files.types';
import type { FileRow } from './storage/file.row';
import { FilesRepository } from './storage/files.repository';

const MOUNT = '/v1/files/shared/';

/** Files in projects. A file is assigned to a project when it is created, and stays in it, so that a write never changes permissions. */
@Injectable()
export class FileProjects implements FileProjectsPort {
  constructor(
    private readonly files: FilesRepository,
    private readonly projects: ProjectAccessPort,
  ) {}

  onModuleInit(): void {
    this.projects.register({
      name: 'files',
      release: (tenantId, projectId) => this.files.releaseProject(tenantId, projectId),
    });
  }

  async projectOf(tenantId: string, target: string, asked: string | null): Promise<string | null> {
    if (!target.startsWith(MOUNT)) return null;
    let path: string;
    try {
      path = pathInUrl(target, MOUNT);
    } catch {
      // The route itself reports an invalid path.
      return null;
    }
    return this.projectOfShared(tenantId, path, asked);
  }

  async projectAt(context: CallContext, { tier, path }: FilePlace, asked: string | null): Promise<string | null> {
    return tier === 'shared' ? this.projectOfShared(requireTenant(context), path, asked) : null;
  }

  async stateAt(context: CallContext, place: FilePlace, asked: string | null): Promise<ProjectState | null> {
    const { actor } = context;
    const id = actor.type === 'user' ? await this.projectAt(context, place, asked) : null;
    const role = id === null ? null : await this.projects.roleOf(requireTenant(context), id, actor.id);
    return id === null || role === null ? null : { id, role };
  }

  /** Returns the caller's role in a project, as seen by the transaction that locks the file. */
  async stateIn(tx: Tx, context: CallContext, projectId: string | null): Promise<ProjectState | null> {
    const { actor } = context;
    if (actor.type !== 'user' || projectId === null) return null;
    const role = await this.projects.roleOf(requireTenant(context), projectId, actor.id, tx);
    return role === null ? null : { id: projectId, role };
  }

  /**
   * Asserts that a file can be created in a project, or already belongs to it. Errors: `invalid_request` for a project that does not exist
   * or is archived, `conflict` for a file of a different project.
   */
  async assertFits(tenantId: string, projectId: string | null | undefined, current: FileRow | null): Promise<void> {
    if (projectId === undefined || projectId === (current?.project_id ?? null)) return;
    if (current !== null) throw new AppError('conflict', 'A file stays in its project. Copy it to the other project.');
    if (projectId !== null) await this.projects.assertOpen(tenantId, projectId, '/projectId');
  }

  private async projectOfShared(tenantId: string, path: string, asked: string | null): Promise<string | null> {
    const file = await this.files.find(tenantId, { space: { tier: 'shared', owner: '' }, path }, null);
    return file === null ? asked : file.project_id;
  }
}
