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
 * The job queue. It assigns waiting jobs to workers. Within a tenant, it orders jobs by urgency and then by age. Tenants take turns, and no
 * tenant exceeds its limit. The engine reassigns the jobs of a dead worker, and never lets two workers hold the same job. There is one
 * implementation per storage backend; all must pass `test/contract/job-engine.suite.ts`.
 */
export abstract class JobEngine {
  /** Submits a job. Resolves when the job is durable. Errors: `unavailable`, in which case the job might still exist. */
  abstract submit(job: NewEngineJob): Promise<Job>;

  /**
   * Submits a job within a transaction of its tenant. Call {@link announce} after the commit. @returns the job; if it already exists, in
   * its current state.
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
