import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { tokenEventOf } from '../token-events/contract/token-events.types';
import { ApiKeysPort } from '../credentials/contract/api-keys.port';
import { markUntilNow } from '../revocation/contract/revocation.types';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { type AccessTokenClaims, ownKeyOf } from './contract/access-token.types';
import type { TokenRevocationPort } from './contract/token-revocation.port';

const REASON_CHARS = 256;

@Injectable()
export class TokenRevocationService implements TokenRevocationPort {
  constructor(
    private readonly revocations: RevocationsPort,
    private readonly apiKeys: ApiKeysPort,
    private readonly clock: Clock,
  ) {}

  async revoke(context: CallContext, claims: AccessTokenClaims, reason: string): Promise<void> {
    const key = ownKeyOf(claims);
    if (key !== null) return this.apiKeys.revoke(context, claims.tenant_id, key, reason);
    const nowMs = this.clock.nowMs();
    const ofTenant = { ...context, tenantId: claims.tenant_id };
    const event = auditEvent(
      ofTenant,
      {
        action: 'oauth.token.revoke',
        resourceType: 'access_token',
        resourceId: claims.jti,
        metadata: { clientId: claims.client_id, ...(reason === '' ? {} : { reason: reason.slice(0, REASON_CHARS) }) },
      },
      nowMs,
    );
    await this.revocations.revoke(
      {
        kind: 'token',
        subject: claims.jti,
        tenantId: claims.tenant_id,
        atMs: nowMs,
        forgetAtMs: forgetAt(claims, nowMs),
      },
      stagedAuditEvent(event),
      tokenEventOf(ofTenant, {
        type: 'token.revoked',
        clientId: claims.client_id,
        userId: claims.user_id ?? null,
        details: {
          jti: claims.jti,
          covers: 'token',
          ...(reason === '' ? {} : { reason: reason.slice(0, REASON_CHARS) }),
        },
      }),
    );
  }
}

/**
 * Returns the time at which a revocation can be deleted. For a user's token, that is the token's expiry. For a machine's token or an API
 * key, the revocation is kept as long as a mark. It also invalidates URLs that were signed with the token or key, and these URLs can be
 * valid for a day.
 */
function forgetAt(claims: AccessTokenClaims, nowMs: number): number {
  const { exp, user_id: userId, credential_id: keyId, client_id: clientId, tenant_id: tenantId } = claims;
  if (userId !== undefined && keyId === undefined) return exp * 1_000;
  return Math.max(exp * 1_000, markUntilNow('client', clientId, tenantId, nowMs).forgetAtMs);
}
