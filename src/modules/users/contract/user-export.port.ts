import type { CallContext } from '../../../kernel/context/call-context';
import type { Account } from './accounts.types';

/** Maximum number of users in one {@link UserExportPort.page}. */
export const EXPORT_PAGE_ROWS = 1_000;

/** Exports all users of a tenant page by page. */
export abstract class UserExportPort {
  /**
   * Records the export of the tenant's users by the context's actor, before the first page is read. @param format the format of the file.
   */
  abstract begin(context: CallContext, format: string): Promise<void>;

  /**
   * Returns at most `EXPORT_PAGE_ROWS` users in the order of their ids, after the user `after` (`null` starts with the first user), or an
   * empty list at the end. A user who is created or deleted during the export might be missing. No user occurs twice. Errors: `forbidden`
   * for a user who is not active.
   */
  abstract page(context: CallContext, after: string | null): Promise<readonly Account[]>;
}
