import type { CallContext } from '../../../kernel/context/call-context';
import type { JobOutputFile } from './job.types';

/** The output files of a tenant's jobs. The context determines the tenant. */
export abstract class JobOutputsPort {
  /**
   * Returns all output files, sorted by key. The list is empty before the job has ended, or when no output was captured.
   * @param ttlSeconds the lifetime of the signed URLs; 0 for `JOB_LIMITS.defaultPresignSeconds`. Errors: `not_found`; `forbidden` for a
   * caller without access to the work that produced the files; `unavailable` when no access decision is possible; `invalid_request` for
   * more than `JOB_LIMITS.maxPresignSeconds`.
   */
  abstract list(context: CallContext, id: string, ttlSeconds: number): Promise<readonly JobOutputFile[]>;
}
