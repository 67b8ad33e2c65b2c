import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import type { Job } from '../../jobs/contract/job.types';
import type { ImportFile } from '../../users/contract/user-import.types';

/** The body of a request for an export, and the input of a job of the kind `users/export`. */
export const userExportOrder = z
  .strictObject({
    format: z.enum(['jsonl', 'csv']).default('jsonl').meta({
      description: '`jsonl`: a user as the API has it on each line. `csv`: RFC 4180, with a first line of names.',
    }),
  })
  .meta({ id: 'UserExportOrder' });

export type UserExportOrder = z.infer<typeof userExportOrder>;

/**
 * Imports and exports users of a tenant as jobs. A worker runs a job with the authority of the user who submitted it. This
 * port checks that authority, and the worker checks it again: the job fails if the user has lost the role, scope or access.
 * Errors: `forbidden`, and those of `JobsPort.submit`.
 */
export abstract class UserTransfersPort {
  /**
   * The import of `UserImportPort.run` as a job of the kind `users/import`, whose result is the same report: with a faulty
   * row nothing is imported, and the report says which. Otherwise it is taken in by pieces: one that fails in the middle
   * leaves what it has taken in, and can be sent again. Errors: `payload_too_large` beyond `JOB_LIMITS.maxInputBytes`.
   */
  abstract import(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<Job>;

  /**
   * All users of the tenant as a job of the kind `users/export`: its output is one file, `users.jsonl` or `users.csv`, and its
   * result `{format, file, users}`.
   */
  abstract export(context: CallContext, order: UserExportOrder): Promise<Job>;
}
