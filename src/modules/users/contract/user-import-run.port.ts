import type { CallContext } from '../../../kernel/context/call-context';
import type { ImportFile, UserImportReport } from './user-import.types';

/** Maximum number of rows in one {@link UserImportRunPort.take}. If a worker dies, at most this many rows are processed again. */
export const IMPORT_CHUNK_ROWS = 1_000;

/**
 * Imports users in steps, for a run that can be interrupted and resumed. It first checks all rows, then imports them in batches. Both steps
 * act as the context's actor with their current role. For an inactive user, the error is `forbidden`. A row with a password hash is a
 * fault, because the file is stored with its job.
 */
export abstract class UserImportRunPort {
  /**
   * Checks every row without writing any: `imported` is 0. The result is recorded as a dry run. Errors: `invalid_request` for a file that
   * is invalid or has too many rows; `forbidden`.
   */
  abstract check(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<UserImportReport>;

  /**
   * Creates a user from each of `IMPORT_CHUNK_ROWS` rows starting at row `from` (0 is the first row), in one
   * transaction with its audit record. Skips a row whose address already has an account, so that the call can be repeated.
   * @returns the number of users created. Errors: `forbidden`, even if only one row has a role that the actor is no longer allowed to
   * assign.
   */
  abstract take(context: CallContext, file: ImportFile, from: number): Promise<number>;
}
