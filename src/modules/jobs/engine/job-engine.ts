import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { Tx } from '../../../kernel/database/sql';
import type { Job } from '../contract/job.types';
import type { JobInsert } from '../storage/jobs.repository';

/** A job to submit, with the audit event of its submission. */
export interface NewEngineJob {
  readonly job: JobInsert;
  readonly staged: StagedEvent;
}

/**
 * The job queue. It assigns waiting jobs to workers: within a tenant by urgency, then by age; between tenants in rotation, none above its
 * limit. It reassigns the jobs of a dead worker, and never assigns a job to two workers. There is one implementation per storage backend;
 * all must pass `test/contract/job-engine.suite.ts`.
 */
export abstract class JobEngine {
  /** Submits a job. Resolves when the job is durable. Errors: `unavailable`; the job may exist nevertheless. */
  abstract submit(job: NewEngineJob): Promise<Job>;

  /**
   * Submits a job within a transaction of its tenant. Call {@link announce} after the commit. @returns the current state of a job that
   * already exists.
   */
  abstract submitWithin(tx: Tx, job: NewEngineJob): Promise<Job>;

  /**
   * Cancels a job that has not ended, and all its descendants. Call {@link announce} after the commit. @returns true when this call ended
   * the job.
   */
  abstract cancelWithin(tx: Tx, tenantId: string, id: string, reason: string): Promise<boolean>;

  /** Makes a waiting job due now. @returns false when the job does not exist. */
  abstract wake(tenantId: string, id: string): Promise<boolean>;

  /** Notifies workers and watchers of a committed change. A lost notification only delays them until their next poll. */
  abstract announce(change: 'submitted' | 'cancelled'): void;
}
