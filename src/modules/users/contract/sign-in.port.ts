import type { SignInOrigin, SignInOutcome } from './users.types';

/**
 * Proving who one is. Every attempt is recorded; too many are slowed down, by account and address first, and by account alone
 * only at a much higher count. A device that signed in before is counted by itself.
 */
export abstract class SignInPort {
  /** By e-mail address and password in one tenant. Errors: `unavailable`. */
  abstract withPassword(
    tenantId: string,
    email: string,
    password: string,
    origin: SignInOrigin,
  ): Promise<SignInOutcome>;

  /**
   * The same where the tenant is not known (`POST /auth/login`): the one tenant in which the address and the password
   * fit. Several fits are `refused`, in the same time.
   */
  abstract anywhere(email: string, password: string, origin: SignInOrigin): Promise<SignInOutcome>;
}
