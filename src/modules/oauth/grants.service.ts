import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { isId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { ClientsPort } from '../apps/contract/clients.port';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { tokenEventOf } from '../token-events/contract/token-events.types';
import { markUntilNow } from '../revocation/contract/revocation.types';
import type { Grant, GrantsPort } from './contract/grants.port';
import { GrantsRepository, type StoredGrant } from './storage/grants.repository';

@Injectable()
export class GrantsService implements GrantsPort {
  constructor(
    private readonly repository: GrantsRepository,
    private readonly clients: ClientsPort,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {}

  async list(context: CallContext): Promise<readonly Grant[]> {
    const userId = requireUser(context);
    const ofApp = await this.reachOf(context);
    const stored = await this.repository.list(requireTenant(context), userId);
    const grants = await Promise.all(
      stored.filter(({ clientId }) => ofApp === null || clientId === ofApp).map((grant) => this.describe(grant)),
    );
    return grants.filter((grant) => grant !== null);
  }

  async revoke(context: CallContext, grantId: string): Promise<void> {
    const userId = requireUser(context);
    const tenantId = requireTenant(context);
    const nowMs = this.clock.nowMs();
    // A new consent creates a new grant, so the revocation of this grant can extend far into the future.
    const mark = markUntilNow('grant', grantId, tenantId, nowMs);
    const audited = { action: 'oauth.grant.revoke', resourceType: 'grant', resourceId: grantId };
    const events = {
      audit: stagedAuditEvent(auditEvent(context, audited, nowMs)),
      consent: (clientId: string) =>
        tokenEventOf(context, { type: 'consent.withdrawn', clientId, userId, details: { grantId, covers: 'grant' } }),
    };
    const owner = { tenantId, userId, clientId: await this.reachOf(context) };
    const revoked =
      isId('grt', grantId) && (await this.repository.revoke(owner, grantId, new Date(nowMs), mark, events));
    if (!revoked) throw new AppError('not_found', 'There is no such grant.');
    await this.feed.catchUp();
  }

  /**
   * Returns the app whose grant the caller can reach: an app's token reaches only its own grant. `null` means all grants: the tenant's own
   * apps (such as an account page) can see and revoke all of the user's grants.
   */
  private async reachOf({ appId }: CallContext): Promise<string | null> {
    if (appId === null) throw new AppError('forbidden', "This call needs an app's token.");
    return (await this.clients.find(appId))?.firstParty === true ? null : appId;
  }

  /** Describes a grant. `null` if its app was deleted, even if a different app now has the id. */
  private async describe(grant: StoredGrant): Promise<Grant | null> {
    const client = await this.clients.find(grant.clientId);
    if (!client || grant.createdAt.getTime() < client.createdAtMs) return null;
    return {
      id: grant.id,
      client_id: grant.clientId,
      client_name: client.name,
      scopes: [...grant.scopes].sort(),
      created_at: grant.createdAt.toISOString(),
      last_used_at: grant.lastUsedAt?.toISOString() ?? null,
    };
  }
}

/** Requires a user, because an app's own token does not have a user whose grants could be listed. */
function requireUser({ actor }: CallContext): string {
  if (actor.type === 'user') return actor.id;
  throw new AppError('forbidden', "This call needs a user's token.");
}
