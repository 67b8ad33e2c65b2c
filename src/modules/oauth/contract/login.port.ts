import type { SignInOrigin } from '../../users/contract/users.types';
import type { LoginAnswer, LoginRequest } from './login.types';

/** Signing in by e-mail address and password at once, for SDKs and scripts of the internal network. */
export abstract class LoginPort {
  /**
   * Starts a session and issues a token in it: ending the session ends the token.
   * Errors: `unauthorized`, in the same words and time whatever does not fit; `rate_limited` with `Retry-After` after too
   * many failures; `unavailable`.
   */
  abstract login(request: LoginRequest, origin: SignInOrigin): Promise<LoginAnswer>;
}
