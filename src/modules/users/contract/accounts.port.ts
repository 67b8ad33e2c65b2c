import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Account, UserPatch, UserQuery, UserRemoval } from './accounts.types';

/** What can be made of a user who is there; `invited` is how one begins. */
export type SettledStatus = 'active' | 'suspended' | 'deactivated';

/**
 * Administering the people of a tenant. The tenant is the context's; another tenant's user is `not_found`. Nobody touches
 * who is above them, or lifts anybody above themselves: an app counts as an administrator, and owners are made and touched
 * by owners and the installation alone (`forbidden`). A change of role or status binds tokens that are out, within the
 * change feed's time. `expected` names the versions of which one must be current, else `precondition_failed`.
 */
export abstract class AccountsPort {
  /** Errors: `invalid_request` for a cursor of another list, sort or filter, and for a `sort` that does not go with `q`. */
  abstract list(context: CallContext, query: UserQuery): Promise<CountedPage<Account>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, userId: string): Promise<Account>;

  /** Errors: `not_found`; `forbidden`; `conflict` for demoting, or taking the access of, the last active owner. */
  abstract update(context: CallContext, userId: string, patch: UserPatch, expected: ExpectedVersions): Promise<Account>;

  /**
   * Sets the status; one that is so already is left alone. Who is not active has no session and no token any more; who is
   * active again starts anew. Errors as {@link update}.
   */
  abstract setStatus(context: CallContext, userId: string, status: SettledStatus): Promise<Account>;

  /**
   * Deletes a user with what is theirs alone, and ends their access, everywhere. The address is free again.
   * @param isDryRun only tell what would become of it.
   * Errors: `not_found`; `forbidden`; `conflict` for the last active owner.
   */
  abstract remove(
    context: CallContext,
    userId: string,
    isDryRun: boolean,
    expected: ExpectedVersions,
  ): Promise<UserRemoval>;
}
