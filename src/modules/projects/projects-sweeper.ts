import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { ProjectAccessService } from './project-access.service';
import { ProjectTrail } from './project-trail';
import { ProjectsRepository } from './storage/projects.repository';

const EVERY_MS = 10 * 60_000;
const BATCH = 100;

/** Purges projects that can be restored no more, with all that belongs to them. Several processes may do so at once. */
@Injectable()
export class ProjectsSweeper {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.sweep(),
    failed: (err) => this.logger.warn({ err }, 'Deleted projects could not be purged; it is tried again later'),
  });

  constructor(
    private readonly repository: ProjectsRepository,
    private readonly access: ProjectAccessService,
    private readonly trail: ProjectTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }

  /** Purges what is due now, until the process ends. */
  async sweep(): Promise<void> {
    for (const { tenantId, id } of await this.repository.purgeable(BATCH)) {
      if (this.turns.stopped) return;
      await this.purge(tenantId, id);
    }
  }

  private async purge(tenantId: string, id: string): Promise<void> {
    await this.access.release(tenantId, id);
    const context = systemContext(newId('req'), tenantId);
    await this.repository.purge(tenantId, id, (tx) => this.trail.stage(tx, context, 'project.purge', id));
  }
}
