import { Injectable } from '@nestjs/common';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { ProjectAccessService } from './project-access.service';
import { ProjectAuditRecorder } from './project-audit-recorder';
import { ProjectsRepository } from './storage/projects.repository';

const EVERY_MS = 10 * 60_000;
const BATCH = 100;

/** Purges deleted projects that can no longer be restored, along with all their contents. Several processes can do this simultaneously. */
@Injectable()
export class ProjectsCleanupTask {
  constructor(
    private readonly repository: ProjectsRepository,
    private readonly access: ProjectAccessService,
    private readonly trail: ProjectAuditRecorder,
  ) {}

  /** Purges the projects that are due, until the process stops. */
  @Scheduled({
    name: 'projects.purge',
    everyMs: EVERY_MS,
    failure: 'Failed to purge deleted projects; retrying later',
  })
  async sweep(signal?: AbortSignal): Promise<void> {
    for (const { tenantId, id } of await this.repository.purgeable(BATCH)) {
      if (signal?.aborted) return;
      await this.purge(tenantId, id);
    }
  }

  private async purge(tenantId: string, id: string): Promise<void> {
    await this.access.release(tenantId, id);
    const context = systemContext(newId('req'), tenantId);
    await this.repository.purge(tenantId, id, (tx) => this.trail.stage(tx, context, 'project.purge', id));
  }
}
