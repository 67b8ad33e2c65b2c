import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { jobsConfig, type JobsConfig } from './jobs.config';
import { ExecutorsRepository } from './storage/executors.repository';

const EVERY_MS = 5 * 60_000;
const AT_ONCE = 500;

/** Forgets jobs that ended long ago; in every worker, of which each takes some. */
@Injectable()
export class JobSweeper {
  private readonly sweeps = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.sweep(),
    failed: (err) => this.logger.warn({ err }, 'Old jobs could not be forgotten; it is tried again'),
  });

  constructor(
    private readonly repository: ExecutorsRepository,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeps.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.sweeps.stop();
  }

  /** Forgets all that is to be forgotten. */
  async sweep(): Promise<void> {
    while (!this.sweeps.stopped && (await this.repository.sweep(this.config.JOBS_RETENTION_DAYS, AT_ONCE)) >= AT_ONCE);
  }
}
