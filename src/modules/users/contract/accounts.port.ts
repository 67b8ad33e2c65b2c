import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Account, UserPatch, UserQuery, UserRemoval } from './accounts.types';

/** Statuses that can be set for an existing user. `invited` is the initial status. */
export type SettledStatus = 'active' | 'suspended' | 'deactivated';

/**
 * Manages the users of the tenant in the call's context. Another tenant's user is treated as `not_found`. Callers cannot change a user with
 * a higher role, or assign a role above their own. An app counts as an administrator only with the scope `admin`. Only owners and the
 * installation can create or change owners (`forbidden`). A change of role or status also applies to issued tokens, within the change
 * feed's delay. `expected` lists versions; if none of them is current, the error is `precondition_failed`.
 */
export abstract class AccountsPort {
  /**
   * Lists users. Errors: `invalid_request` for a cursor from a different list, sort or filter, and for a `sort` that cannot be combined
   * with `q`.
   */
  abstract list(context: CallContext, query: UserQuery): Promise<CountedPage<Account>>;

  /** Returns a user. Errors: `not_found`. */
  abstract get(context: CallContext, userId: string): Promise<Account>;

  /** Changes a user. Errors: `not_found`; `forbidden`; `conflict` for demoting the last active owner or removing their access. */
  abstract update(context: CallContext, userId: string, patch: UserPatch, expected: ExpectedVersions): Promise<Account>;

  /**
   * Sets the status; has no effect if the user already has it. A user who is not active loses every session and token, and reactivation
   * does not restore them. Errors: the errors of {@link update}.
   */
  abstract setStatus(context: CallContext, userId: string, status: SettledStatus): Promise<Account>;

  /**
   * Deletes a user and everything that belongs only to that user, and ends their access everywhere. The address can be used again.
   * @param isDryRun if true, only reports the effects.
   * Errors: `not_found`; `forbidden`; `conflict` for the last active owner.
   */
  abstract remove(
    context: CallContext,
    userId: string,
    isDryRun: boolean,
    expected: ExpectedVersions,
  ): Promise<UserRemoval>;
}
