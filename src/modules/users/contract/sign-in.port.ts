import type { SignInOrigin, SignInOutcome } from './users.types';

/**
 * Authenticates users. Every attempt is recorded. Excessive attempts are throttled, first by account and address, and by account alone only
 * at a much higher count. A device that signed in before has a separate count.
 */
export abstract class SignInPort {
  /** Signs in with an email address and a password in one tenant. Errors: `unavailable`. */
  abstract withPassword(
    tenantId: string,
    email: string,
    password: string,
    origin: SignInOrigin,
  ): Promise<SignInOutcome>;

  /**
   * Signs in with a code that was mailed to the address (`EmailCodesPort`), in the browser that asked for it. It counts as one factor (`otp`),
   * with the limits of {@link withPassword}. Errors: `unavailable`.
   */
  abstract withEmailCode(
    tenantId: string,
    code: { readonly email: string; readonly code: string; readonly browserId: string },
    origin: SignInOrigin,
  ): Promise<SignInOutcome>;

  /**
   * Checks a password like {@link withPassword}, with the same limits, to prove that an account belongs to the person who has just signed in
   * through a connection. Accepts passwords that only that connection's own rule refuses.
   * @param connectionId the connection to which the account will be linked.
   */
  abstract proveForLink(
    tenantId: string,
    credentials: { readonly email: string; readonly password: string },
    connectionId: string,
    origin: SignInOrigin,
  ): Promise<SignInOutcome>;

  /**
   * Signs in a user whose tenant is not known (`POST /auth/login`), in the only tenant where the address and the password match. If they
   * match in several tenants, the outcome is `refused`, with the same timing.
   */
  abstract anywhere(email: string, password: string, origin: SignInOrigin): Promise<SignInOutcome>;
}
