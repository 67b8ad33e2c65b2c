import type { CallContext } from '../../kernel/context/call-context';
import { type AccessTokenClaims, actorOfClaims } from '../../modules/oauth/contract/access-token.types';

/** The context of a call by the bearer of a verified token: its tenant and actor come from the token alone. */
export function contextOfClaims(anonymous: CallContext, claims: AccessTokenClaims): CallContext {
  return {
    ...anonymous,
    tenantId: claims.tenant_id,
    actor: actorOfClaims(claims),
    appId: claims.app_id,
    scopes: claims.scope.split(' ').filter((scope) => scope !== ''),
    ...(claims.credential_id === undefined ? {} : { credentialId: claims.credential_id }),
    isPlatformAdmin: hasScope(claims, 'platform.admin'),
  };
}

/** Whether a token has a scope. */
export function hasScope(claims: AccessTokenClaims, scope: string): boolean {
  return claims.scope.split(' ').includes(scope);
}
