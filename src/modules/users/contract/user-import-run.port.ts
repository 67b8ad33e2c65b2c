import type { CallContext } from '../../../kernel/context/call-context';
import type { ImportFile, UserImportReport } from './user-import.types';

/** Rows of one {@link UserImportRunPort.take}: the most that is repeated when a worker dies. */
export const IMPORT_CHUNK_ROWS = 1_000;

/**
 * Imports users in steps, for a run that may be interrupted and resume: first checks all rows, then imports them in
 * batches. Both act as the context's actor with their current role; an inactive person is `forbidden`.
 */
export abstract class UserImportRunPort {
  /**
   * Checks every row and writes none: `imported` is 0. The result is recorded as a dry run.
   * Errors: `invalid_request` for an invalid file, or too many rows; `forbidden`.
   */
  abstract check(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<UserImportReport>;

  /**
   * Creates a user with the status `invited` from each of `IMPORT_CHUNK_ROWS` rows starting at row `from` (0: the
   * first), in one transaction with its record. Skips a row whose address already belongs to somebody, so that the call
   * can be repeated.
   * @returns how many were created. Errors: `forbidden`, also when a row has a role that the actor may no longer give.
   */
  abstract take(context: CallContext, file: ImportFile, from: number): Promise<number>;
}
