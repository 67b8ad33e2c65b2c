import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { Tx } from '../../../kernel/database/sql';
import type { Job } from '../contract/job.types';
import type { JobInsert } from '../storage/jobs.repository';

/** A job that is to be there, with the audit event of its submission. */
export interface NewEngineJob {
  readonly job: JobInsert;
  readonly staged: StagedEvent;
}

/**
 * Where jobs wait, and what gives each to a worker when its turn comes: the urgent and the longest waiting of a tenant first,
 * tenants in turns, none beyond its limit. It gives a job of a dead worker to another, and never two workers the same. One
 * implementation each for what jobs are kept in; `test/contract/job-engine.suite.ts` holds for all of them.
 */
export abstract class JobEngine {
  /** Takes a job in. Resolves when it survives the end of every process. Errors: `unavailable`; then it may be there. */
  abstract submit(job: NewEngineJob): Promise<Job>;

  /** The same in a transaction of its tenant; {@link announce} it after the commit. @returns the job as it is when it is there already. */
  abstract submitWithin(tx: Tx, job: NewEngineJob): Promise<Job>;

  /** Cancels a job that has not ended, and all below it; {@link announce} it after the commit. @returns whether it was this that ended it. */
  abstract cancelWithin(tx: Tx, tenantId: string, id: string, reason: string): Promise<boolean>;

  /** Has a job that waits for its time be due now. @returns false when there is no such job. */
  abstract wake(tenantId: string, id: string): Promise<boolean>;

  /** Tells workers and watchers of what was committed. One that gets lost costs the time to their next look. */
  abstract announce(change: 'submitted' | 'cancelled'): void;
}
