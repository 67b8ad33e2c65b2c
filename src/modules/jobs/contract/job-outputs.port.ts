import type { CallContext } from '../../../kernel/context/call-context';
import type { JobOutputFile } from './job.types';

/** The files that a tenant's jobs left. The tenant is the context's. */
export abstract class JobOutputsPort {
  /**
   * All of them, by key; empty before the job has ended, or where none were captured.
   * @param ttlSeconds life of the signed URLs; 0: `JOB_LIMITS.defaultPresignSeconds`. Errors: `not_found`;
   *   `forbidden` without the right to what produced them; `unavailable` when that cannot be decided; `invalid_request` for more than `JOB_LIMITS.maxPresignSeconds`.
   */
  abstract list(context: CallContext, id: string, ttlSeconds: number): Promise<readonly JobOutputFile[]>;
}
