import type { PasswordLinkTarget } from './passwords.port';
import type { SignInOrigin, User } from './users.types';

/** How people can create their own accounts in a tenant. */
export interface SignUpOffer {
  /** The domains that addresses must have; empty if any address can sign up. */
  readonly domains: readonly string[];
  /** The terms to accept; `null` without terms. */
  readonly termsUrl: string | null;
}

/** The account that a link of the sign-up mail creates. */
export interface SignUpTarget extends PasswordLinkTarget, Pick<SignUpOffer, 'termsUrl'> {}

/** The form that completes an account. */
export interface SignUpForm {
  readonly displayName: string;
  readonly password: string;
  readonly acceptsTerms: boolean;
}

/** Accounts that people create themselves. The address is verified before there is an account. */
export abstract class SignUpPort {
  /** Returns how people can sign up; `null` if they cannot. */
  abstract offer(tenantId: string): Promise<SignUpOffer | null>;

  /**
   * Mails a link to the address: to create the account, or, if there is one already, to set its password. Takes the same time and says the
   * same for every address.
   * @param locale the language of the mail.
   */
  abstract request(tenantId: string, email: string, locale: string, origin: SignInOrigin): void;

  /**
   * Returns the account that a link creates; `null` if the link is unknown, used or expired (1 h), or its address cannot sign up any more.
   */
  abstract inspect(token: string): Promise<SignUpTarget | null>;

  /**
   * Creates the account, with a verified address. Of concurrent calls, one succeeds. @returns `null` if the link is no longer valid. Errors:
   * `invalid_request` for an invalid name, for terms that are not accepted, and as in `PasswordsPort.redeem`; `unavailable`.
   */
  abstract complete(token: string, form: SignUpForm, origin: SignInOrigin): Promise<User | null>;
}
