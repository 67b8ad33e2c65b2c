import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { Clock } from '../../kernel/time/clock';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { Account, OwnPatch } from './contract/accounts.types';
import type { OwnAccountPort } from './contract/own-account.port';
import type { OwnSession } from './contract/own-sessions.types';
import type { Session } from './contract/users.types';
import { AccountsRepository } from './storage/accounts.repository';
import { SessionsRepository } from './storage/sessions.repository';

@Injectable()
export class OwnAccountService implements OwnAccountPort {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly repository: SessionsRepository,
    private readonly writes: Writes,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async get(context: CallContext): Promise<Account> {
    const { tenantId, userId } = personOf(context);
    const account = await this.accounts.find(tenantId, userId);
    if (!account) throw noPerson();
    return account;
  }

  async update(context: CallContext, patch: OwnPatch, expected: ExpectedVersions): Promise<Account> {
    const { tenantId, userId } = personOf(context);
    const account = await this.writes.once(context, { action: 'user.me.update', input: patch }, async (tx) => {
      const write = { tenantId, id: userId, actorId: userId, now: new Date(this.clock.nowMs()) };
      const updated = await this.accounts.updateOwn(tx, write, patch, expected);
      if (!updated) throw (await this.accounts.lockActor(tx, tenantId, userId)) ? changedMeanwhile() : noPerson();
      await this.accounts.publish(tx, tenantId, userId, []);
      const metadata = { changed: Object.keys(patch).sort() };
      await this.stage(tx, context, { action: 'user.me.update', resourceType: 'user', resourceId: userId, metadata });
      return updated;
    });
    await this.feed.catchUp();
    return account;
  }

  async sessions(context: CallContext): Promise<readonly OwnSession[]> {
    const { tenantId, userId } = personOf(context);
    const live = await this.repository.list(tenantId, userId, new Date(this.clock.nowMs()));
    return live.map(shown);
  }

  async endSession(context: CallContext, sessionId: string): Promise<void> {
    // An app has no sessions.
    if (context.actor.type !== 'user') throw noSuchSession();
    const { tenantId, userId } = personOf(context);
    await this.writes.once(context, { action: 'session.own.end', input: { sessionId } }, async (tx) => {
      if (!(await this.repository.endOwn(tx, tenantId, userId, sessionId, this.clock.nowMs()))) {
        throw noSuchSession();
      }
      const action = { action: 'session.own.end', resourceType: 'session', resourceId: sessionId };
      await this.stage(tx, context, action);
    });
    await this.feed.catchUp();
  }

  async endSessions(context: CallContext): Promise<void> {
    const { tenantId, userId } = personOf(context);
    await this.writes.once(context, { action: 'session.own.end_all', input: {} }, async (tx) => {
      const sessions = await this.repository.endAll(tx, tenantId, userId, this.clock.nowMs());
      const action = { action: 'session.own.end_all', resourceType: 'user', resourceId: userId };
      await this.stage(tx, context, { ...action, metadata: { sessions } });
    });
    await this.feed.catchUp();
  }

  private stage(tx: Tx, context: CallContext, action: AuditedAction): Promise<void> {
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, action, this.clock.nowMs())));
  }
}

/** Returns the calling user. Errors: `forbidden`. */
function personOf(context: CallContext): { readonly tenantId: string; readonly userId: string } {
  if (context.actor.type !== 'user') throw noPerson();
  return { tenantId: requireTenant(context), userId: context.actor.id };
}

function noPerson(): AppError {
  return new AppError('forbidden', 'This token does not belong to a user. Sign in, and use that token.');
}

function noSuchSession(): AppError {
  return new AppError('not_found', 'There is no such session.');
}

function shown(session: Session): OwnSession {
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    id: session.id,
    createdAt: time(session.createdAtMs),
    lastSeenAt: time(session.lastSeenAtMs),
    authenticatedAt: time(session.authTimeMs),
    expiresAt: time(session.expiresAtMs),
    ip: session.ip,
    userAgent: session.userAgent,
  };
}
