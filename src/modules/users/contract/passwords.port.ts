import type { CallContext } from '../../../kernel/context/call-context';
import type { SignInOrigin } from './users.types';

/** The account whose password a link sets. */
export interface PasswordLinkTarget {
  readonly tenantId: string;
  readonly email: string;
  /** Minimum number of characters of the new password. */
  readonly passwordMinLength: number;
}

/** Links for setting a password, including links in invitations and links for forgotten passwords. */
export abstract class PasswordsPort {
  /**
   * Sends a link to the address if it belongs to an active or invited user. Otherwise, takes the same amount of time, so that callers do
   * not learn anything about the address.
   * @param locale the language of the mail.
   */
  abstract requestLink(tenantId: string, email: string, locale: string, origin: SignInOrigin): Promise<void>;

  /** Returns the account for a link's token; `null` if the token is unknown, used or expired (1 h; 7 d for an invitation). */
  abstract inspect(token: string): Promise<PasswordLinkTarget | null>;

  /**
   * Sets the password, verifies the address, ends every session of the user, and invalidates the link.
   * @returns false if the link is no longer valid. Errors: `invalid_request` for a password that breaks a rule of the tenant, is too
   * long, the address itself, or known from a data breach; `unavailable`.
   */
  abstract redeem(token: string, newPassword: string, origin: SignInOrigin): Promise<boolean>;

  /** Sets a password directly, for operators and for bootstrapping. Errors: `not_found`; those of {@link redeem}. */
  abstract set(context: CallContext, userId: string, newPassword: string): Promise<void>;
}
