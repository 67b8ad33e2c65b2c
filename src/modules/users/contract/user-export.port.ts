import type { CallContext } from '../../../kernel/context/call-context';
import type { Account } from './accounts.types';

/** Users of one {@link UserExportPort.page}. */
export const EXPORT_PAGE_ROWS = 1_000;

/** The people of a tenant, all of them, page by page: for a run that writes them down. */
export abstract class UserExportPort {
  /** Records that the users of the tenant go out to the context's actor, before the first does. @param format of the file. */
  abstract begin(context: CallContext, format: string): Promise<void>;

  /**
   * Returns at most `EXPORT_PAGE_ROWS` users by id, after the user `after` (`null`: from the first on); none at the end.
   * A user who is created or deleted meanwhile may be missing. No user occurs twice.
   * Errors: `forbidden` for a person who is not active.
   */
  abstract page(context: CallContext, after: string | null): Promise<readonly Account[]>;
}
