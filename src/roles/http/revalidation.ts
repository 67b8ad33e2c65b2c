import { AppError } from '../../kernel/errors/app-error';
import { bearerChallenge } from '../../kernel/http/bearer-challenge';
import { newUlid } from '../../kernel/ids/ids';
import { type AccessTokenClaims, REFUSAL_WORDS } from '../../modules/oauth/contract/access-token.types';
import { tokenIdsOf } from '../../modules/oauth/contract/token-facts';
import type { TokenFacts } from '../../modules/revocation/contract/revocation.types';
import type { RevocationsPort } from '../../modules/revocation/contract/revocations.port';

/**
 * Returns the `revalidate` of a call that was let in at `nowMs` by a token with these claims. The expiry of the token is no
 * matter: a call that began in time may end.
 */
export function revalidation(revocations: RevocationsPort, claims: AccessTokenClaims, nowMs: number): () => void {
  let facts: TokenFacts | null = null;
  return () => {
    facts ??= factsSince(claims, nowMs);
    if (!revocations.isRevoked(facts)) return;
    const words = REFUSAL_WORDS.token_revoked;
    const headers = bearerChallenge({ error: 'invalid_token', error_description: words });
    throw new AppError('unauthorized', words, { headers, reason: 'token_revoked' });
  };
}

function factsSince(claims: AccessTokenClaims, nowMs: number): TokenFacts {
  return {
    // The verdict on the token has covered all that ended before the call.
    jti: newUlid(nowMs),
    clientId: claims.client_id,
    tenantId: claims.tenant_id,
    userId: claims.user_id,
    sessionId: claims.sid,
    // Revoking an API key marks it as a grant.
    grantId: claims.grant_id ?? claims.credential_id,
    roles: claims.roles,
    endsWith: tokenIdsOf(claims),
  };
}
