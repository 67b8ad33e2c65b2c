import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { DirectoryPage, DirectoryQuery, DirectoryUser, DirectoryUserWrite } from './directory.types';

/**
 * The people of a tenant as its identity provider administers them. The tenant is the context's; another tenant's user is
 * `not_found`. The provider may change everybody, owners too. It makes nobody an owner, and makes an administrator only by a
 * rule for groups. It does not change what owners and administrators sign in with, because the provider's administrator
 * could then become one of them. Attempts are `forbidden`. The installation itself may do all this, and a caller with the
 * scope `admin` may do it for administrators. A change that takes access away ends sessions and tokens in its own transaction.
 */
export abstract class DirectoryUsersPort {
  /** `null` when there is none. */
  abstract find(context: CallContext, id: string, withGroups: boolean): Promise<DirectoryUser | null>;

  /** Errors: `invalid_request` for a cursor of another list; `gone` for one that is too old. */
  abstract list(context: CallContext, query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>>;

  /** Errors: `conflict` for a name or address that is taken (in `fields`); `forbidden`; `invalid_request` for a password. */
  abstract create(context: CallContext, write: DirectoryUserWrite): Promise<DirectoryUser>;

  /**
   * Makes a user what they are to be.
   * @param current as {@link find} gave them; the answer has the same groups.
   * Errors: `precondition_failed` when they have been changed since; `conflict` as of {@link create}, and for demoting or
   * deactivating the last active owner; `forbidden`; `invalid_request` for a password.
   */
  abstract replace(context: CallContext, current: DirectoryUser, write: DirectoryUserWrite): Promise<DirectoryUser>;

  /** Errors: `not_found`; `precondition_failed`; `conflict` for the last active owner. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;
}
