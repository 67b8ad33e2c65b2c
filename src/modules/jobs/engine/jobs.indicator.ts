import { Injectable } from '@nestjs/common';
import { Installation } from '../../../kernel/config/installation';
import { ReadinessIndicator } from '../../../kernel/health/readiness-indicator';
import { JobExecutor } from './job-executor';

/** Checks that a worker takes jobs. */
@Injectable()
export class JobsIndicator extends ReadinessIndicator {
  readonly key = 'jobs';
  readonly order = 6;

  constructor(
    private readonly executor: JobExecutor,
    private readonly installation: Installation,
  ) {
    super();
  }

  protected override missing(): string | null {
    // A process that does all else besides serves before it takes jobs.
    return this.installation.isWorker ? this.executor.missing() : null;
  }
}
