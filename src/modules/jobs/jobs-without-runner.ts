import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { InjectConfig } from '../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { jobsConfig, type JobsConfig } from './jobs.config';
import { ExecutorsRepository } from './storage/executors.repository';

const EVERY_MS = 30_000;
/** A worker that sent a heartbeat within this time might be restarting. */
const HEARTBEAT_WITHIN_SECONDS = 60;
const COUNTED = 10_000;
const AT_ONCE = 500;
const MESSAGE = 'No worker accepts jobs of this kind any longer.';

/** Counts jobs that wait because no worker accepts their kind, and fails jobs that have waited too long. Runs in every worker. */
@Injectable()
export class JobsWithoutRunner {
  constructor(
    private readonly repository: ExecutorsRepository,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_jobs_without_runner') private readonly jobs: Gauge<'type'>,
  ) {}

  @Scheduled({
    name: 'jobs.without_runner',
    everyMs: EVERY_MS,
    failure: 'Could not search for jobs without a runner; will retry',
  })
  async look(): Promise<void> {
    const waiting = await this.repository.withoutRunner(HEARTBEAT_WITHIN_SECONDS, COUNTED);
    this.jobs.reset();
    for (const { type, count } of waiting) this.jobs.set({ type }, count);
    if (waiting.length === 0) return;
    const kinds = waiting.flatMap((one) => one.kinds.map((kind) => `${one.type} ${kind}`));
    this.logger.warn({ kinds }, 'Jobs wait because no worker accepts their kind');
    const failed = await this.repository.failWithoutRunner(this.config.JOBS_RUNNER_WAIT_SECONDS, AT_ONCE, MESSAGE);
    if (failed > 0) this.logger.warn({ failed }, 'Jobs failed because no worker accepted their kind for too long');
  }
}
