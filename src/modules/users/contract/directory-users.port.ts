import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { DirectoryPage, DirectoryQuery, DirectoryUser, DirectoryUserWrite } from './directory.types';

/**
 * The users of the tenant in the call's context, as its identity provider manages them. Another tenant's user is treated as `not_found`.
 * The provider can change every user, including owners. It cannot create owners, and can create administrators only through a rule for
 * groups. It cannot change the credentials of owners and administrators, because the provider's administrator could then sign in as one of
 * them. Attempts are refused as `forbidden`. The installation itself can make all these changes, and a caller with the scope `admin` can
 * make them for administrators. A change that removes access ends sessions and tokens in the same transaction.
 */
export abstract class DirectoryUsersPort {
  /** Returns a user; `null` if there is none. */
  abstract find(context: CallContext, id: string, withGroups: boolean): Promise<DirectoryUser | null>;

  /** Lists users. Errors: `invalid_request` for a cursor from a different list; `gone` for a cursor that is too old. */
  abstract list(context: CallContext, query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>>;

  /** Creates a user. Errors: `conflict` if the name or address is in use (in `fields`); `forbidden`; `invalid_request` for a password. */
  abstract create(context: CallContext, write: DirectoryUserWrite): Promise<DirectoryUser>;

  /**
   * Replaces the state of a user.
   * @param current the user as {@link find} returned it; the result has the same groups.
   * Errors: `precondition_failed` if the user has changed since; `conflict` in the same cases as for {@link create}, and for demoting or
   * deactivating the last active owner; `forbidden`; `invalid_request` for a password.
   */
  abstract replace(context: CallContext, current: DirectoryUser, write: DirectoryUserWrite): Promise<DirectoryUser>;

  /** Deletes a user. Errors: `not_found`; `precondition_failed`; `conflict` for the last active owner. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;
}
