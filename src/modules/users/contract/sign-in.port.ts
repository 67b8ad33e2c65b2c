import type { SignInOrigin, SignInOutcome } from './users.types';

/**
 * Authenticates users. Every attempt is recorded. Too many are throttled, first by account and address, and by account alone only at a much
 * higher count. A device that signed in before has its own count.
 */
export abstract class SignInPort {
  /** Signs in by email address and password in one tenant. Errors: `unavailable`. */
  abstract withPassword(
    tenantId: string,
    email: string,
    password: string,
    origin: SignInOrigin,
  ): Promise<SignInOutcome>;

  /**
   * Signs in if the tenant is not known (`POST /auth/login`): in the only tenant where the address and the password match. Several matches
   * are `refused`, with the same timing.
   */
  abstract anywhere(email: string, password: string, origin: SignInOrigin): Promise<SignInOutcome>;
}
