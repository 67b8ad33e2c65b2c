import type { SignInOrigin } from '../../users/contract/users.types';
import type { LoginAnswer, LoginRequest } from './login.types';

/** Signs in with an email address and a password in one call, for SDKs and scripts on the internal network. */
export abstract class LoginPort {
  /**
   * Starts a session and issues a token in it. Ending the session ends the token. Errors: `unauthorized`, with the same message and timing
   * for every mismatch; `rate_limited` with `Retry-After` after too many failures; `unavailable`.
   */
  abstract login(request: LoginRequest, origin: SignInOrigin): Promise<LoginAnswer>;
}
