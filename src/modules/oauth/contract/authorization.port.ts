import type { AuthorizationRequest, AuthorizationStep, ConsentDecision, LogoutStep } from './authorization.types';

/**
 * The authorization endpoint without its pages (RFC 6749 §4.1, RFC 7636, OpenID Connect Core 1.0 §3.1). No state is kept
 * between the steps: the pages carry the request itself and ask again. Every refusal and every code is recorded.
 */
export abstract class AuthorizationPort {
  /** The next step of a request. Errors: `unavailable` only; the protocol's errors are steps. */
  abstract authorize(request: AuthorizationRequest): Promise<AuthorizationStep>;

  /** The user's answer on the consent page; the request is checked anew, so that nothing is agreed to that was not shown. */
  abstract consent(request: AuthorizationRequest, decision: ConsentDecision): Promise<AuthorizationStep>;

  /**
   * The end-session endpoint. `confirmed`: the user said yes on the page; without it only a valid `id_token_hint` of the
   * browser's own session signs out at once.
   */
  abstract endSession(request: AuthorizationRequest, confirmed: boolean): Promise<LogoutStep>;
}
