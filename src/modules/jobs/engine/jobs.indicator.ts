import { Injectable } from '@nestjs/common';
import { Installation } from '../../../kernel/config/installation';
import { ReadinessIndicator } from '../../../kernel/health/readiness-indicator';
import { JobWorker } from './worker';

/** Checks that the worker accepts jobs. */
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
    // A process that also has other roles serves requests before it accepts jobs.
    return this.installation.isWorker ? this.worker.missing() : null;
  }
}
