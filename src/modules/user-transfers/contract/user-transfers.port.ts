import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import type { Job } from '../../jobs/contract/job.types';
import type { ImportFile } from '../../users/contract/user-import.types';

/** The body of an export request, and the input of a `users/export` job. */
export const userExportOrder = z
  .strictObject({
    format: z.enum(['jsonl', 'csv']).default('jsonl').meta({
      description: '`jsonl`: one user per line, as the API returns it. `csv`: RFC 4180, with a header line.',
    }),
  })
  .meta({ id: 'UserExportOrder' });

export type UserExportOrder = z.infer<typeof userExportOrder>;

/**
 * Imports and exports a tenant's users as jobs. A worker runs a job with the authority of the user who submitted it. This port
 * checks that authority, and the worker checks it again: the job fails if the user has lost the role, scope or access.
 * Errors: `forbidden`, and the errors of `JobsPort.submit`.
 */
export abstract class UserTransfersPort {
  /**
   * Submits the same import as `UserImportPort.run` as a `users/import` job, whose result is the same report. If a row is invalid, the job
   * does not import any rows, and the report names the invalid row. Otherwise it imports the rows in batches. If it fails halfway through,
   * the imported rows remain, and the same file can be sent again. Errors: `payload_too_large` beyond `JOB_LIMITS.maxInputBytes`;
   * `invalid_request` for a file with password hashes, which would be stored with the job.
   */
  abstract import(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<Job>;

  /**
   * Submits a `users/export` job for all users of the tenant. Its output is one file, `users.jsonl` or `users.csv`, and its result is
   * `{format, file, users}`.
   */
  abstract export(context: CallContext, order: UserExportOrder): Promise<Job>;
}
