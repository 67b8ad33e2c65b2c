import type { CallContext } from '../../../kernel/context/call-context';
import type { ImportFile, UserImportReport } from './user-import.types';

/** Rows of one {@link UserImportRunPort.take}: what is done again at most when a worker dies. */
export const IMPORT_CHUNK_ROWS = 1_000;

/**
 * An import in pieces, for a run that may be broken off and go on: first all of it is looked at, then it is taken in, some
 * rows at a time. Both act as the context's actor with the role of this moment; a person who is not active is `forbidden`.
 */
export abstract class UserImportRunPort {
  /**
   * Looks at every row and writes none: `imported` is 0. What it found is recorded as a trial.
   * Errors: `invalid_request` for a file that is none, or too many rows; `forbidden`.
   */
  abstract check(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<UserImportReport>;

  /**
   * Makes a user with the status `invited` of each of `IMPORT_CHUNK_ROWS` rows from the row `from` on (0: the first), in one
   * transaction with its record. A row whose address is somebody's already is left, so that it may be called again.
   * @returns how many were made. Errors: `forbidden`, also when a row has a role that the actor may not give any more.
   */
  abstract take(context: CallContext, file: ImportFile, from: number): Promise<number>;
}
