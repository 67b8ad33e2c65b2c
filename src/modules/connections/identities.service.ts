import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { FederationPort } from '../users/contract/federation.port';
import { PasswordGatePort } from '../users/contract/password-gate.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import type { IdentitiesPort } from './contract/identities.port';
import type { Identity, IdentityQuery } from './contract/identities.types';
import { noSuchConnection } from './domain/no-such-connection';
import { ConnectionsRepository } from './storage/connections.repository';
import { IdentitiesRepository } from './storage/identities.repository';

@Injectable()
export class IdentitiesService implements IdentitiesPort {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly identities: IdentitiesRepository,
    private readonly users: UserLookupPort,
    private readonly federation: FederationPort,
    private readonly gate: PasswordGatePort,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async list(context: CallContext, connectionId: string, query: IdentityQuery): Promise<CountedPage<Identity>> {
    const tenantId = requireTenant(context);
    if ((await this.connections.find(tenantId, connectionId)) === null) throw noSuchConnection();
    return this.identities.list(tenantId, connectionId, query);
  }

  async remove(context: CallContext, connectionId: string, identityId: string): Promise<void> {
    const found = await this.identities.find(requireTenant(context), identityId);
    if (found?.connectionId !== connectionId) throw noSuchIdentity();
    await this.unlink(context, 'connection.identity.unlink', found);
  }

  async own(context: CallContext): Promise<readonly Identity[]> {
    return this.identities.ofUser(requireTenant(context), callingUser(context));
  }

  async removeOwn(context: CallContext, identityId: string): Promise<void> {
    const userId = callingUser(context);
    const found = await this.identities.find(requireTenant(context), identityId);
    if (found?.userId !== userId) throw noSuchIdentity();
    await this.unlink(context, 'connection.own_identity.unlink', found);
  }

  private async unlink(context: CallContext, action: string, { id, userId, connectionId }: Identity): Promise<void> {
    const tenantId = requireTenant(context);
    const canUsePassword = await this.canUsePassword(tenantId, userId);
    await this.writes.once(context, { action, input: { id } }, async (tx) => {
      const usable = await this.identities.lockUsable(tx, tenantId, userId);
      if (!canUsePassword && !usable.some((other) => other !== id)) throw lastWay();
      if (!(await this.identities.remove(tx, tenantId, id))) throw noSuchIdentity();
      const audited = {
        action,
        resourceType: 'user',
        resourceId: userId,
        metadata: { identityId: id, connectionId },
      };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
    });
  }

  /** Returns whether the user can sign in with a password. True for a deleted user, whose identities only wait for removal. */
  private async canUsePassword(tenantId: string, userId: string): Promise<boolean> {
    const user = await this.users.find(tenantId, userId);
    if (user === null) return true;
    if (user.email === null || !(await this.federation.hasPassword(tenantId, userId))) return false;
    return !(await this.gate.isRefused(tenantId, user.email));
  }
}

function callingUser({ actor }: CallContext): string {
  if (actor.type === 'user') return actor.id;
  throw new AppError('forbidden', 'Only a signed-in user has identities of their own. Use the token of a user.');
}

function noSuchIdentity(): AppError {
  return new AppError('not_found', 'There is no such identity.');
}

function lastWay(): AppError {
  return new AppError(
    'conflict',
    'This is the last way for the user to sign in: set a password or link another identity first.',
  );
}
