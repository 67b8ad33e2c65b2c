import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { idTimeMs, newUlid } from '../../../kernel/ids/ids';
import type { TokenFacts } from '../../revocation/contract/revocation.types';
import type { Signer } from './signed-call';

/**
 * Returns the signer of a URL, and the URL's expiry. The URL becomes invalid together with the tenant, the app, the user and their role,
 * the session, the grant or API key, and the tokens in `tokens`. These are the token of a machine or an agent, and the tokens that it was
 * derived from. Like the session and the grant, a user's URL outlives the call's access token. An agent's URL expires with its token.
 */
export function signerOf(context: CallContext, nowMs: number, ttlSeconds: number): Signer {
  const { actor, appId, credentialId, token } = context;
  const userId = token?.userId ?? (actor.type === 'user' ? actor.id : null);
  const tokens = tokensOf(context);
  const asked = Math.floor(nowMs / 1_000) + ttlSeconds;
  return {
    tenant: requireTenant(context),
    actor: { type: actor.type, id: actor.id },
    app: appId,
    jti: newUlid(nowMs),
    sid: token?.sessionId ?? null,
    // Revoking an API key creates a mark of the kind `grant`.
    grant: token?.grantId ?? credentialId ?? null,
    ...(userId === null ? {} : { user: userId }),
    ...(tokens.length === 0 ? {} : { tokens: [...tokens] }),
    ...(token?.roles === undefined ? {} : { roles: [...token.roles] }),
    exp: actor.type === 'agent' ? Math.min(asked, token?.expiresAt ?? asked) : asked,
  };
}

/**
 * Returns the tokens that the URL is bound to. The revocation of a user's token is dropped when the token expires, which would make the
 * token's URLs valid again, so a URL is not bound to a user's token. Other revocations are stored for a day.
 */
function tokensOf({ actor, credentialId, token }: CallContext): readonly string[] {
  const [own, ...parents] = token?.ids ?? [];
  if (own === undefined) return [];
  return actor.type === 'user' && credentialId === undefined ? parents : [own, ...parents];
}

/** Returns the facts for validating a signer. They are the same as for a token issued when the URL was signed. */
export function signerFacts({ tenant, actor, app, jti, user, sid, grant, roles, tokens }: Signer): TokenFacts {
  return {
    jti,
    clientId: app ?? actor.id,
    tenantId: tenant,
    userId: user ?? (actor.type === 'user' ? actor.id : undefined),
    sessionId: sid ?? undefined,
    grantId: grant ?? undefined,
    roles,
    endsWith: tokens,
  };
}

/** Returns the proof for a call that uses a URL: the signer's token and API key, if the URL contains them. */
export function signerProof(signer: Signer): Pick<CallContext, 'token' | 'credentialId'> {
  const { jti, user, sid, grant, roles, tokens = [], exp } = signer;
  const isKey = grant?.startsWith('crd-') === true;
  const token = {
    ids: tokens,
    userId: user ?? null,
    sessionId: sid,
    grantId: isKey ? null : grant,
    ...(roles === undefined ? {} : { roles }),
    issuedAt: Math.floor(idTimeMs(jti) / 1_000),
    expiresAt: exp,
  };
  return isKey ? { token, credentialId: grant } : { token };
}
