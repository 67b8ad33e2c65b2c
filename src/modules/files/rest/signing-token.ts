import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { AuthPort } from '../../auth/contract/auth.port';
import { type AccessTokenClaims, REFUSAL_WORDS, undecided } from '../../oauth/contract/access-token.types';
import { tokenIdsOf } from '../../oauth/contract/token-facts';
import type { SigningToken } from '../contract/signed-urls.port';

/**
 * What of a bearer token or API key a URL is bound to besides user, app and tenant, as it is judged now.
 * Errors: `unauthorized` for one that has ended since the pipeline let it in; `unavailable` when that cannot be known.
 */
export async function signingToken(auth: AuthPort, context: CallContext, token: string): Promise<SigningToken> {
  const verdict = await auth.validateToken(context, { token, tenant: context.tenantId, expectedAudience: null });
  if (verdict.valid) return bindingOf(verdict.claims);
  const { refusal } = verdict;
  if (refusal === 'unavailable') throw undecided(verdict);
  throw new AppError('unauthorized', REFUSAL_WORDS[refusal], { reason: refusal });
}

/**
 * A URL ends with the machine's or agent's token that signed it. A user's URL outlives the access token, as the session and
 * the grant do: it ends with those, and with what the token was made from. An agent has no longer than its token.
 */
function bindingOf(claims: AccessTokenClaims): SigningToken {
  const { user_id: userId = null, sid: sessionId = null, roles, exp, principal_type: type } = claims;
  const isAgent = type === 'agent';
  return {
    userId,
    sessionId,
    // Revoking an API key ends what was signed with it, as revoking a grant does.
    grantId: claims.grant_id ?? claims.credential_id ?? null,
    roles,
    endsWith: isAgent || userId === null ? tokenIdsOf(claims) : (claims.parent_jtis ?? []),
    endsAt: isAgent ? exp : null,
  };
}
