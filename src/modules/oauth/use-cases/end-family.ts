import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../kernel/database/sql';
import { Clock } from '../../../kernel/time/clock';
import type { Client } from '../../apps/contract/apps.types';
import type { OauthRequest } from '../contract/oauth.types';
import { grantMark } from '../domain/grant-mark';
import { RefreshFamiliesRepository, type LockedFamily } from '../storage/refresh-families.repository';
import { OauthAuditRecorder } from './oauth-audit-recorder';

/** The reason why a family of refresh tokens ends early. */
export type FamilyEnd = 'refresh_token_reused' | 'revoked';

/** Ends a family of refresh tokens and the access tokens of its grant. */
@Injectable()
export class EndFamily {
  constructor(
    private readonly families: RefreshFamiliesRepository,
    private readonly trail: OauthAuditRecorder,
    private readonly clock: Clock,
  ) {}

  /** Ends the family in the transaction that holds its lock, so that no concurrent refresh can outlive it. */
  async withinLock(
    tx: Tx,
    request: OauthRequest,
    client: Pick<Client, 'clientId' | 'tenantId'>,
    family: LockedFamily,
    why: FamilyEnd,
  ): Promise<void> {
    const nowMs = this.clock.nowMs();
    const mark = grantMark(family.grantId, client.tenantId, nowMs, family.lastIssuedAt.getTime());
    const denied = { outcome: 'denied', reason: why } as const;
    const event = this.trail.stagedFor(request, client, family.userId, {
      action: why === 'revoked' ? 'oauth.token.revoke' : 'oauth.refresh_token.reuse',
      resourceType: 'grant',
      resourceId: family.grantId,
      metadata: { clientId: family.clientId },
      ...(why === 'revoked' ? {} : denied),
    });
    const tokenEvent = this.trail.tokenEvent(request, client, {
      type: why === 'revoked' ? 'token.revoked' : 'refresh_token.reused',
      clientId: family.clientId,
      userId: family.userId,
      details: { grantId: family.grantId, covers: 'grant' },
    });
    await this.families.end(tx, client.tenantId, family.handle, new Date(nowMs), mark, { audit: event, tokenEvent });
  }
}
