import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { AuthPort } from '../../auth/contract/auth.port';
import { REFUSAL_WORDS, undecided } from '../../oauth/contract/access-token.types';
import type { SigningToken } from '../contract/signed-urls.port';

/**
 * What of a bearer token or API key a URL is bound to besides user, app and tenant, as it is judged now.
 * Errors: `unauthorized` for one that has ended since the pipeline let it in; `unavailable` when that cannot be known.
 */
export async function signingToken(auth: AuthPort, context: CallContext, token: string): Promise<SigningToken> {
  const verdict = await auth.validateToken(context, { token, tenant: context.tenantId, expectedAudience: null });
  if (verdict.valid) {
    const { sid = null, grant_id: grantId = null, roles } = verdict.claims;
    return { sessionId: sid, grantId, roles };
  }
  const { refusal } = verdict;
  if (refusal === 'unavailable') throw undecided(verdict);
  throw new AppError('unauthorized', REFUSAL_WORDS[refusal], { reason: refusal });
}
