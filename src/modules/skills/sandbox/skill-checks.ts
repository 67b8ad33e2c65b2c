import { Injectable } from '@nestjs/common';
import { DocumentWorkers } from '../../../kernel/threads/document-workers';
import { runSkillJob } from './run-skill-job';
import type { CheckJob, FitJob, ThreadOutcome } from './thread-job';

/** Checks definitions and values in the threads for documents. Tenants' code never runs in these threads. */
@Injectable()
export class SkillChecks {
  constructor(private readonly threads: DocumentWorkers) {}

  /** Runs a check. Errors: `unavailable` when too many checks are waiting. */
  run(tenantId: string, job: CheckJob | FitJob): Promise<ThreadOutcome> {
    return runSkillJob(this.threads, { tenantId, job });
  }
}
