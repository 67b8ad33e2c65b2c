import type { CallContext } from '../../../kernel/context/call-context';
import type { ImportFile, UserImportReport } from './user-import.types';

/** Imports many users in one call. */
export abstract class UserImportPort {
  /**
   * Creates a user with the status `invited` for each row, in one transaction, so that either all users are created or none are. An
   * existing user with the same address stays unchanged, so that the same file can be sent again. No mail is sent: users set a password
   * with "Forgot your password?", or are invited. Errors: `unprocessable` with the faults in the rows, by line; `invalid_request` for a
   * file that is invalid or has too many rows.
   */
  abstract run(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<UserImportReport>;
}
