import type { Parameters } from '../../../kernel/pages/parameters';
import type { SignedIn } from '../../users/contract/federation.port';
import type { SignInOrigin, SignInOutcome, User } from '../../users/contract/users.types';

/** A provider on a sign-in page. */
export interface ProviderName {
  /** `con-…` */
  readonly id: string;
  readonly name: string;
}

/** The connection of an address's domain. */
export interface HomeConnection {
  readonly connectionId: string;
  /** True if the people of the domain must use it. */
  readonly enforced: boolean;
}

/** A sign-in to start at a provider. */
export interface UpstreamStart {
  readonly tenantId: string;
  readonly connectionId: string;
  /** The id in the browser's cookie, to which the sign-in is bound. */
  readonly browserId: string;
  /** The authorization request to which the browser returns. */
  readonly request: string;
  readonly loginHint: string;
  /** True if the provider must not reuse an earlier sign-in (`prompt=login`). */
  readonly mustAuthenticate: boolean;
  readonly uiLocales: readonly string[];
}

/**
 * Why a sign-in through a provider failed:
 * - `not_started_here`: the response does not belong to a sign-in that this browser started, or to none that is still open;
 * - `denied`: the person or the provider refused;
 * - `provider`: the provider cannot be used, or its response is not valid;
 * - `not_available`: the connection is disabled or gone;
 * - `user_not_active`, `other_connection_required`: the account cannot sign in, or not this way;
 * - `linked_elsewhere`: the identity belongs to another account.
 */
export type UpstreamFailure =
  | 'not_started_here'
  | 'denied'
  | 'provider'
  | 'not_available'
  | 'user_not_active'
  | 'other_connection_required'
  | 'linked_elsewhere';

export interface FailedSignIn {
  readonly outcome: 'failed';
  readonly reason: UpstreamFailure;
  /** The error code of the provider or of the check that failed, `[\w.-]*`. */
  readonly code: string;
  /** The authorization request from which the sign-in started; `null` if it is unknown. */
  readonly request: string | null;
}

/** An upstream identity whose owner has yet to prove an account. */
export interface PendingLink {
  /** Sealed, bound to the browser, and valid for 10 minutes. It proves only the upstream identity. */
  readonly token: string;
  readonly tenantId: string;
  readonly provider: ProviderName;
  /** How the provider names the person: an address or a name. */
  readonly person: string;
  /** The address that the provider asserts; empty if it asserts none. */
  readonly email: string;
}

export type UpstreamOutcome =
  | { readonly outcome: 'signed_in'; readonly signedIn: SignedIn; readonly request: string }
  | { readonly outcome: 'prove'; readonly link: PendingLink; readonly request: string }
  | FailedSignIn;

/** Signs people in at the identity providers of their tenant, and links their identities there to accounts. */
export abstract class UpstreamSignInPort {
  /** Returns the active connections of a tenant, oldest first. */
  abstract providers(tenantId: string): Promise<readonly ProviderName[]>;

  /** Returns the connection of the verified domain of an address; `null` if there is none. Says nothing about accounts. */
  abstract home(tenantId: string, email: string): Promise<HomeConnection | null>;

  /** Starts a sign-in. @returns the URL at the provider, or the failure. Errors: `not_found`; `unavailable`. */
  abstract start(
    start: UpstreamStart,
    origin: SignInOrigin,
  ): Promise<{ readonly outcome: 'redirect'; readonly location: string } | FailedSignIn>;

  /**
   * Handles a provider's response. It must belong to a sign-in that this browser started in the last 10 minutes, and that has not returned
   * yet. Every outcome for a known tenant is recorded. Errors: `unavailable`.
   * @param locale the language of a mail about a new link.
   */
  abstract finish(
    response: { readonly parameters: Parameters; readonly browserId: string },
    origin: SignInOrigin,
    locale: string,
  ): Promise<UpstreamOutcome>;

  /** Returns the link that a token stands for; `null` if it has expired, or belongs to another browser. */
  abstract pendingLink(token: string, browserId: string): Promise<PendingLink | null>;

  /** Checks the password of the account to link. Throttled and recorded like a sign-in. */
  abstract prove(
    link: PendingLink,
    credentials: { readonly email: string; readonly password: string },
    origin: SignInOrigin,
  ): Promise<SignInOutcome>;

  /**
   * Links an identity to an account whose owner has proved it completely, and mails them.
   * @param token that of the pending link. @param proven the outcome of {@link prove}. @returns the outcome of the sign-in, with both methods in `amr`.
   */
  abstract link(
    token: string,
    proven: SignedIn,
    browser: { readonly id: string; readonly origin: SignInOrigin; readonly locale: string },
  ): Promise<{ readonly outcome: 'signed_in'; readonly user: User; readonly amr: readonly string[] } | FailedSignIn>;
}
