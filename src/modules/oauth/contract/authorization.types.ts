import type { RemainingStep } from '../../factors/contract/factors.types';
import type { Session, User } from '../../users/contract/users.types';

/**
 * An authorization request as received: the query string of a GET request or the form of a POST request. Repeated names are kept, because
 * RFC 6749 §3.1 forbids them.
 */
export interface AuthorizationRequest {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** The active session from the browser's cookie. */
  readonly session: Session | null;
  /**
   * The time at which this request sent the user to the sign-in page, in Unix milliseconds; `null` if it did not. A later `auth_time`
   * satisfies `prompt=login` and `max_age` for a few minutes.
   */
  readonly signInAskedAtMs: number | null;
  readonly requestId: string;
  readonly ip: string;
  readonly traceparent: string;
}

/** The fields of an app that are shown on pages. */
export interface ClientDisplay {
  readonly clientId: string;
  readonly name: string;
  readonly logoUri: string | null;
  readonly policyUri: string | null;
  readonly firstParty: boolean;
  /** The destination of the response: the host of the redirect URI, or its private scheme. */
  readonly destination: string;
  readonly tenantId: string;
}

export interface ScopeDisplay {
  readonly name: string;
  readonly description: string;
}

/** The next step of an authorization request. */
export type AuthorizationStep =
  /** Redirect to the redirect URI with a code or an error, `state` and `iss` (RFC 9207). */
  | { readonly step: 'redirect'; readonly location: string }
  /** The same response in OAuth 2.0 Form Post Response Mode. */
  | { readonly step: 'form_post'; readonly action: string; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly step: 'sign_in';
      readonly client: ClientDisplay;
      readonly loginHint: string;
      /** True if a passkey can replace the password. */
      readonly passkeys: boolean;
      /** True if the app asks for the page that creates an account (`prompt=create`). */
      readonly isSignUp: boolean;
      readonly uiLocales: readonly string[];
    }
  /** The user is signed in, but must present or add another factor. */
  | {
      readonly step: 'second_factor';
      readonly client: ClientDisplay;
      readonly user: User;
      /** The methods that the user has proved (RFC 8176). */
      readonly amr: readonly string[];
      readonly remaining: Exclude<RemainingStep, { readonly step: 'none' }>;
      readonly uiLocales: readonly string[];
    }
  | {
      readonly step: 'consent';
      readonly client: ClientDisplay;
      readonly user: User;
      /** Scopes that the user has not agreed to before. */
      readonly scopes: readonly ScopeDisplay[];
      /** Resources (RFC 8707), other than the issuer, that the access includes and that the user has not agreed to before. */
      readonly resources: readonly string[];
      /** Identifies the content of the page. It is sent back with the user's decision. */
      readonly shown: string;
      /** True if the decision can be remembered for next time. */
      readonly canRemember: boolean;
      readonly uiLocales: readonly string[];
    }
  /** The redirect URI cannot be trusted (unknown client, unregistered URI), so the error is shown to the user. */
  | { readonly step: 'error'; readonly error: string; readonly description: string };

export interface ConsentDecision {
  readonly allow: boolean;
  /** True to skip the consent page next time. */
  readonly remember: boolean;
  /** The value from the page that the user saw. If the requested access has changed since then, the page is shown again. */
  readonly shown: string;
}

/** The next step at the end-session endpoint (OpenID Connect RP-Initiated Logout 1.0). */
export type LogoutStep =
  | { readonly step: 'confirm'; readonly client: ClientDisplay | null; readonly uiLocales: readonly string[] }
  | { readonly step: 'redirect'; readonly location: string; readonly sessionEnded: boolean }
  | { readonly step: 'signed_out'; readonly uiLocales: readonly string[] }
  | { readonly step: 'error'; readonly error: string; readonly description: string };
