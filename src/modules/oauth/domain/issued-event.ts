import type { AuditedAction } from '../../audit/contract/audit.types';
import type { NewTokenEvent, TokenEventType } from '../../token-events/contract/token-events.types';
import type { AccessTokenClaims } from '../contract/access-token.types';

/** Returns the event for an issued access token: all claims of the token, but no data that would let the reader use it. */
export function issuedEvent(
  type: Extract<TokenEventType, 'token.issued' | 'token.refreshed'>,
  claims: AccessTokenClaims,
  grantType: string,
): Omit<NewTokenEvent, 'tenantId'> {
  const { jti, client_id: clientId, user_id: userId = null, sid, grant_id: grantId, scope, exp } = claims;
  return {
    type,
    clientId,
    userId,
    details: {
      jti,
      grantType,
      scopes: scope === '' ? [] : scope.split(' '),
      expiresAt: new Date(exp * 1000).toISOString(),
      ...(sid === undefined ? {} : { sessionId: sid }),
      ...(grantId === undefined ? {} : { grantId }),
    },
  };
}

/** Returns the action of the audit event for an issued access token, with its id. */
export function issuedAction({ jti, scope }: AccessTokenClaims): AuditedAction {
  return { action: 'oauth.token.issue', resourceType: 'access_token', resourceId: jti, metadata: { scope } };
}
