import { Injectable } from '@nestjs/common';
import { Installation } from '../../../kernel/config/installation';
import { ReadinessIndicator } from '../../../kernel/health/readiness-indicator';
import { JobWorker } from './worker';

/** Checks that a worker takes jobs. */
@Injectable()
export class JobsIndicator extends ReadinessIndicator {
  readonly key = 'jobs';
  readonly order = 6;

  constructor(
    private readonly worker: JobWorker,
    private readonly installation: Installation,
  ) {
    super();
  }

  protected override missing(): string | null {
    // A process with other roles serves requests before it takes jobs.
    return this.installation.isWorker ? this.worker.missing() : null;
  }
}
