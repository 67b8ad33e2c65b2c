import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { jobsConfig, type JobsConfig } from './jobs.config';
import { ExecutorsRepository } from './storage/executors.repository';

const EVERY_MS = 5 * 60_000;
const AT_ONCE = 500;

/** Deletes jobs that ended long ago. It runs in every worker, and each worker deletes a share. */
@Injectable()
export class JobCleanupTask {
  constructor(
    private readonly repository: ExecutorsRepository,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  /** Deletes all expired jobs, in batches. */
  @Scheduled({ name: 'jobs.sweep', everyMs: EVERY_MS, failure: 'Could not delete old jobs; will retry' })
  async sweep(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.repository.sweep(this.config.JOBS_RETENTION_DAYS, AT_ONCE)) >= AT_ONCE);
  }
}
