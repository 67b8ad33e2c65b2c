import type { GrantType } from '../../../apps/contract/grant-types';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import type { AuthenticatedClient } from '../authenticate-client';

/** A grant type (RFC 6749 §4) that runs after the client is authenticated and known to be allowed to use it. */
export interface ClientGrant {
  /** The value of `grant_type`. */
  readonly type: GrantType;
  readonly needsClient: true;
  /** Runs the grant. Errors: the codes of RFC 6749 §5.2. */
  run(request: OauthRequest, authenticated: AuthenticatedClient): Promise<TokenAnswer>;
}

/** A grant type whose request itself contains the proof, so that no client is needed (RFC 8693 §2.1). */
export interface SelfProvenGrant {
  readonly type: GrantType;
  readonly needsClient: false;
  /** Runs the grant. Errors: the codes of RFC 6749 §5.2. */
  run(request: OauthRequest): Promise<TokenAnswer>;
}

export type TokenGrant = ClientGrant | SelfProvenGrant;
