import type { CallContext, CallerToken } from '../../kernel/context/call-context';
import { type AccessTokenClaims, actorOfClaims } from '../../modules/oauth/contract/access-token.types';

/** Returns the context of a call with a verified token. Its tenant and actor come only from the token. */
export function contextOfClaims(anonymous: CallContext, claims: AccessTokenClaims): CallContext {
  return {
    ...anonymous,
    tenantId: claims.tenant_id,
    actor: actorOfClaims(claims),
    appId: claims.app_id,
    scopes: claims.scope.split(' ').filter((scope) => scope !== ''),
    ...(claims.credential_id === undefined ? {} : { credentialId: claims.credential_id }),
    token: callerTokenOf(claims),
    isPlatformAdmin: hasScope(claims, 'platform.admin'),
  };
}

function callerTokenOf(claims: AccessTokenClaims): CallerToken {
  return {
    ids: [claims.jti, ...(claims.parent_jtis ?? [])],
    userId: claims.user_id ?? null,
    grantId: claims.grant_id ?? null,
    sessionId: claims.sid ?? null,
    roles: claims.roles,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
  };
}

/** Returns whether a token has a scope. */
export function hasScope(claims: AccessTokenClaims, scope: string): boolean {
  return claims.scope.split(' ').includes(scope);
}
