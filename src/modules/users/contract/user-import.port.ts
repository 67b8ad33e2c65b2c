import type { CallContext } from '../../../kernel/context/call-context';
import type { ImportFile, UserImportReport } from './user-import.types';

/** Imports many users in one call. */
export abstract class UserImportPort {
  /**
   * Creates a user for each row, in one transaction, so that either all users are created or none are. An existing user with the same
   * address stays unchanged, so that the same file can be sent again. A user with the hash of a password from another system is active;
   * the others are invited. No mail is sent: users without a password set one with "Forgot your password?". Only administrators import
   * password hashes and verified addresses. Errors: `unprocessable` with the faults in the rows, by line; `invalid_request` for a file that
   * is invalid or has too many rows.
   */
  abstract run(context: CallContext, file: ImportFile, isDryRun: boolean): Promise<UserImportReport>;
}
