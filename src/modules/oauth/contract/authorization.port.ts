import type { AuthorizationRequest, AuthorizationStep, ConsentDecision, LogoutStep } from './authorization.types';

/**
 * The authorization endpoint without its pages (RFC 6749 §4.1, RFC 7636, OpenID Connect Core 1.0 §3.1). It keeps no
 * state between the steps: the pages carry the request and send it again. Every refusal and every code is recorded.
 */
export abstract class AuthorizationPort {
  /** Returns the next step of a request. Errors: `unavailable` only; protocol errors are steps. */
  abstract authorize(request: AuthorizationRequest): Promise<AuthorizationStep>;

  /** Applies the user's answer on the consent page. The request is checked again, so that the user agrees only to what was shown. */
  abstract consent(request: AuthorizationRequest, decision: ConsentDecision): Promise<AuthorizationStep>;

  /**
   * Handles the end-session endpoint. `confirmed`: the user confirmed on the page; otherwise only a valid
   * `id_token_hint` of the browser's own session signs out at once.
   */
  abstract endSession(request: AuthorizationRequest, confirmed: boolean): Promise<LogoutStep>;
}
