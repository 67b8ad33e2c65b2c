import type { GrantType } from '../../../apps/contract/grant-types';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import type { AuthenticatedClient } from '../authenticate-client';

/** One of the ways to a token (RFC 6749 §4), once the client is known and may use it. */
export interface ClientGrant {
  /** The value of `grant_type`. */
  readonly type: GrantType;
  readonly needsClient: true;
  /** Errors: the codes of RFC 6749 §5.2. */
  run(request: OauthRequest, authenticated: AuthenticatedClient): Promise<TokenAnswer>;
}

/** A way to a token whose request proves itself, so that there need be no client (RFC 8693 §2.1). */
export interface SelfProvenGrant {
  readonly type: GrantType;
  readonly needsClient: false;
  /** Errors: the codes of RFC 6749 §5.2. */
  run(request: OauthRequest): Promise<TokenAnswer>;
}

export type TokenGrant = ClientGrant | SelfProvenGrant;
