import type { CallContext } from '../../../kernel/context/call-context';
import type { SignInOrigin } from './users.types';

/** Links by which people set a password: those of invitations, too, and those for who forgot theirs. */
export abstract class PasswordsPort {
  /**
   * Sends a link to the address if it is an active or invited user's; takes the same time and says nothing otherwise.
   * @param locale of the mail.
   */
  abstract requestLink(tenantId: string, email: string, locale: string, origin: SignInOrigin): Promise<void>;

  /** Returns the account of a link's token; `null` when it is unknown, used or expired (1 h; of an invitation 7 d). */
  abstract inspect(token: string): Promise<{ readonly tenantId: string; readonly email: string } | null>;

  /**
   * Sets the password, verifies the address, ends every session of the user, and uses the link up.
   * @returns false for a link that is no longer good. Errors: `invalid_request` for a password that is too short, too long, or the address itself.
   */
  abstract redeem(token: string, newPassword: string, origin: SignInOrigin): Promise<boolean>;

  /** For operators and bootstrap: sets a password directly. Errors: `not_found`. */
  abstract set(context: CallContext, userId: string, newPassword: string): Promise<void>;
}
