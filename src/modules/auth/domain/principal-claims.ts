import type { AccessTokenClaims } from '../../oauth/contract/access-token.types';
import type { Principal } from '../contract/principal.types';

/** Current facts about a principal. */
export interface CurrentFacts {
  readonly issuer: string;
  readonly tenantId: string;
  readonly tenantSlug: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
  /** Unix seconds. */
  readonly now: number;
}

/** Lifetime of the claims: a decision applies only at the time when it is made. */
const HELD_SECONDS = 300;

/** Returns the claims that a token for the principal would contain now, for policies that read claims; `null` without an app. */
export function claimsOf(principal: Principal, facts: CurrentFacts): AccessTokenClaims | null {
  const { actor, appId, userId, credentialId, grantId, sessionId, tokenIds, issuedAt, expiresAt } = principal;
  if (appId === null) return null;
  const { issuer, tenantId, tenantSlug, roles, groups, scopes, now } = facts;
  const [jti = '', ...parents] = tokenIds;
  return {
    iss: issuer,
    sub: actor.id,
    aud: issuer,
    iat: issuedAt,
    exp: expiresAt ?? now + HELD_SECONDS,
    jti,
    client_id: appId,
    app_id: appId,
    scope: scopes.join(' '),
    tenant_id: tenantId,
    tenant_slug: tenantSlug,
    roles: [...roles],
    ...(userId === null ? {} : { user_id: userId }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(credentialId === null ? {} : { credential_id: credentialId }),
    ...(grantId === null ? {} : { grant_id: grantId }),
    ...(sessionId === null ? {} : { sid: sessionId }),
    ...(parents.length === 0 ? {} : { parent_jtis: parents }),
    ...(actor.type === 'agent' ? { principal_type: 'agent' as const } : {}),
  };
}
