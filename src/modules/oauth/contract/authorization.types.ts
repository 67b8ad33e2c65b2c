import type { Session, User } from '../../users/contract/users.types';

/** An authorization request as it came: query of a GET or form of a POST, repeated names kept (RFC 6749 §3.1 forbids them). */
export interface AuthorizationRequest {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** The live session of the browser's cookie. */
  readonly session: Session | null;
  /**
   * Unix milliseconds at which this very request sent the user to the sign-in page; `null` when it did not. A later
   * `auth_time` satisfies `prompt=login` and `max_age`, for a few minutes.
   */
  readonly signInAskedAtMs: number | null;
  readonly requestId: string;
  readonly ip: string;
  readonly traceparent: string;
}

/** What a page shows of an app. */
export interface ClientFace {
  readonly clientId: string;
  readonly name: string;
  readonly logoUri: string | null;
  readonly policyUri: string | null;
  readonly firstParty: boolean;
  /** Where the answer goes: host of the redirect URI, or its private scheme. */
  readonly destination: string;
  readonly tenantId: string;
}

export interface ScopeFace {
  readonly name: string;
  readonly description: string;
}

/** What to do next with an authorization request. */
export type AuthorizationStep =
  /** Answer by the redirect URI: code or error, with `state` and `iss` (RFC 9207). */
  | { readonly step: 'redirect'; readonly location: string }
  /** The same by OAuth 2.0 Form Post Response Mode. */
  | { readonly step: 'form_post'; readonly action: string; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly step: 'sign_in';
      readonly client: ClientFace;
      readonly loginHint: string;
      readonly uiLocales: readonly string[];
    }
  | {
      readonly step: 'consent';
      readonly client: ClientFace;
      readonly user: User;
      /** Those that the user has not agreed to before. */
      readonly scopes: readonly ScopeFace[];
      /** Where the access may be used besides the issuer (RFC 8707), as far as it was not agreed to before. */
      readonly resources: readonly string[];
      /** Names what is shown; the user's answer brings it back. */
      readonly shown: string;
      /** Whether an answer can hold for next time. */
      readonly canRemember: boolean;
      readonly uiLocales: readonly string[];
    }
  /** The redirect URI is not to be trusted (unknown client, URI that is not registered): shown to the user. */
  | { readonly step: 'error'; readonly error: string; readonly description: string };

export interface ConsentDecision {
  readonly allow: boolean;
  /** Whether not to ask again next time. */
  readonly remember: boolean;
  /** Of the page that the user saw. When there is something else to agree to by now, it is shown anew. */
  readonly shown: string;
}

/** What to do at the end-session endpoint (OpenID Connect RP-Initiated Logout 1.0). */
export type LogoutStep =
  | { readonly step: 'confirm'; readonly client: ClientFace | null; readonly uiLocales: readonly string[] }
  | { readonly step: 'redirect'; readonly location: string; readonly sessionEnded: boolean }
  | { readonly step: 'signed_out'; readonly uiLocales: readonly string[] }
  | { readonly step: 'error'; readonly error: string; readonly description: string };
