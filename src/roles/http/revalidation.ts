import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { bearerChallenge } from '../../kernel/http/callers/bearer-challenge';
import { newUlid } from '../../kernel/ids/ids';
import { REFUSAL_MESSAGES } from '../../modules/oauth/contract/access-token.types';
import type { TokenFacts } from '../../modules/revocation/contract/revocation.types';
import type { RevocationsPort } from '../../modules/revocation/contract/revocations.port';

/**
 * Returns the `revalidate` of a call that was admitted at `nowMs` with the token in its context. It ignores the token's expiry: a
 * call that started in time can finish.
 */
export function revalidation(revocations: RevocationsPort, context: CallContext, nowMs: number): () => void {
  let facts: TokenFacts | null = null;
  return () => {
    facts ??= factsSince(context, nowMs);
    if (!revocations.isRevoked(facts)) return;
    const words = REFUSAL_MESSAGES.token_revoked;
    const headers = bearerChallenge({ error: 'invalid_token', error_description: words });
    throw new AppError('unauthorized', words, { headers, reason: 'token_revoked' });
  };
}

function factsSince({ actor, appId, tenantId, credentialId, token }: CallContext, nowMs: number): TokenFacts {
  return {
    // The verdict on the token covered everything that was revoked before the call.
    jti: newUlid(nowMs),
    clientId: appId ?? actor.id,
    tenantId: tenantId ?? '',
    userId: token?.userId ?? undefined,
    sessionId: token?.sessionId ?? undefined,
    // Revoking an API key marks the key's ID as a revoked grant.
    grantId: token?.grantId ?? credentialId,
    roles: token?.roles,
    endsWith: token?.ids,
  };
}
