import type { AuthorizationRequest, AuthorizationStep, ConsentDecision, LogoutStep } from './authorization.types';

/**
 * The authorization endpoint without its pages (RFC 6749 §4.1, RFC 7636, OpenID Connect Core 1.0 §3.1). It does not keep any state between
 * the steps: the pages contain the request and resend it. Every refusal and every code is recorded.
 */
export abstract class AuthorizationPort {
  /** Returns the next step of a request. Errors: only `unavailable`; protocol errors are returned as steps. */
  abstract authorize(request: AuthorizationRequest): Promise<AuthorizationStep>;

  /**
   * Applies the user's decision on the consent page. Checks the request again, so that the user agrees only to the access that the page
   * showed.
   */
  abstract consent(request: AuthorizationRequest, decision: ConsentDecision): Promise<AuthorizationStep>;

  /**
   * Handles the end-session endpoint. `confirmed` is true if the user confirmed on the page. Otherwise, the user is signed out immediately
   * only if there is a valid `id_token_hint` for the browser's own session.
   */
  abstract endSession(request: AuthorizationRequest, confirmed: boolean): Promise<LogoutStep>;
}
