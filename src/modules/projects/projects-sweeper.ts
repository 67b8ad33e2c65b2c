import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { ProjectAccessService } from './project-access.service';
import { ProjectTrail } from './project-trail';
import { ProjectsRepository } from './storage/projects.repository';

const EVERY_MS = 10 * 60_000;
const BATCH = 100;

/** Purges projects that can be restored no more, with all that belongs to them. Several processes may do so at once. */
@Injectable()
export class ProjectsSweeper {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: ProjectsRepository,
    private readonly access: ProjectAccessService,
    private readonly trail: ProjectTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Never rejects. */
  async sweep(): Promise<void> {
    try {
      for (const { tenantId, id } of await this.repository.purgeable(BATCH)) await this.purge(tenantId, id);
    } catch (error) {
      this.logger.warn({ err: error }, 'Deleted projects could not be purged; it is tried again later');
    }
  }

  private async purge(tenantId: string, id: string): Promise<void> {
    await this.access.release(tenantId, id);
    const context = systemContext(newId('req'), tenantId);
    await this.repository.purge(tenantId, id, (tx) => this.trail.stage(tx, context, 'project.purge', id));
  }
}
