import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { isId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { accountConsequences, removeAccount } from './accounts/account-consequences';
import { actingRole, assertMayGive, assertMayTouch, assertOwnerStays } from './accounts/acting-role';
import type { AccountsPort, SettledStatus } from './contract/accounts.port';
import type { Account, UserPatch, UserQuery, UserRemoval } from './contract/accounts.types';
import { UserBelongingsPort } from './contract/user-belongings.port';
import { type AccountChange, AccountsRepository, type LockedAccounts } from './storage/accounts.repository';
import { SessionsRepository } from './storage/sessions.repository';

const STATUS_ACTIONS = {
  active: 'user.activate',
  suspended: 'user.suspend',
  deactivated: 'user.deactivate',
} as const satisfies Record<SettledStatus, string>;

@Injectable()
export class AccountsService implements AccountsPort {
  constructor(
    private readonly repository: AccountsRepository,
    private readonly sessions: SessionsRepository,
    private readonly belongings: UserBelongingsPort,
    private readonly writes: Writes,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async list(context: CallContext, query: UserQuery): Promise<CountedPage<Account>> {
    if (query.q !== undefined && !['email', '-email'].includes(query.sort)) {
      throw new AppError('invalid_request', 'A search with q is sorted by the matched field.', {
        fields: [{ pointer: '/sort', code: 'invalid_value', message: 'With q, sort must be "email" or "-email".' }],
      });
    }
    return this.repository.list(requireTenant(context), query);
  }

  async get(context: CallContext, userId: string): Promise<Account> {
    const account = isId('usr', userId) ? await this.repository.find(requireTenant(context), userId) : null;
    if (!account) throw noSuchUser();
    return account;
  }

  update(context: CallContext, userId: string, patch: UserPatch, expected: ExpectedVersions): Promise<Account> {
    return this.change(context, 'user.change', userId, patch, expected);
  }

  setStatus(context: CallContext, userId: string, status: SettledStatus): Promise<Account> {
    return this.change(context, STATUS_ACTIONS[status], userId, { status }, null);
  }

  async remove(
    context: CallContext,
    userId: string,
    isDryRun: boolean,
    expected: ExpectedVersions,
  ): Promise<UserRemoval> {
    const tenantId = requireTenant(context);
    // Runs before the transaction, because modules use their own connections.
    const belongings = [...(await this.belongings.of(tenantId, userId))];
    const removal = { id: userId, removed: !isDryRun, belongings };
    await this.writes.once(context, { action: 'user.delete', input: { userId, isDryRun } }, async (tx) => {
      if (!isDryRun) await this.repository.lockGroupsOf(tx, tenantId, userId);
      const held = await this.hold(tx, context, userId, expected);
      assertMayTouch(actingRole(context, held.actor), held.target);
      assertOwnerStays(held, 'removed');
      const target = this.writeOf(context, userId, new Date(this.clock.nowMs()));
      if (!isDryRun) await removeAccount(tx, this.repository, this.sessions, target);
      // Consumers of deletion events must not be notified of a dry run.
      const action = isDryRun ? 'user.delete.plan' : 'user.delete';
      await this.stage(tx, context, action, userId, { role: held.target.role });
    });
    await this.feed.catchUp();
    return removal;
  }

  private async change(
    context: CallContext,
    action: string,
    userId: string,
    change: AccountChange,
    expected: ExpectedVersions,
  ): Promise<Account> {
    const tenantId = requireTenant(context);
    const account = await this.writes.once(context, { action, input: { userId, change } }, async (tx) => {
      const held = await this.hold(tx, context, userId, expected);
      const { target } = held;
      const acting = actingRole(context, held.actor);
      assertMayTouch(acting, target);
      if (change.role !== undefined) assertMayGive(acting, change.role);
      assertOwnerStays(held, change);
      if (isSo(target, change)) return target;
      const now = new Date(this.clock.nowMs());
      const changed = await this.repository.update(tx, this.writeOf(context, userId, now), change);
      if (changed.status !== 'active') await this.sessions.endAll(tx, tenantId, userId, now.getTime());
      await this.repository.publish(
        tx,
        tenantId,
        userId,
        accountConsequences(tenantId, target, changed, now.getTime()),
      );
      const { role, status } = changed;
      await this.stage(tx, context, action, userId, { changed: Object.keys(change).sort(), role, status });
      return changed;
    });
    await this.feed.catchUp();
    return account;
  }

  /** Locks the user and the caller. Errors: `not_found`; `precondition_failed`. */
  private async hold(
    tx: Tx,
    context: CallContext,
    userId: string,
    expected: ExpectedVersions,
  ): Promise<LockedAccounts & { readonly target: Account }> {
    const held = await this.repository.lock(tx, requireTenant(context), userId, context.actor.id);
    const { target } = held;
    if (!target) throw noSuchUser();
    if (expected !== null && !expected.includes(target.version)) throw changedMeanwhile();
    return { ...held, target };
  }

  private writeOf(context: CallContext, id: string, now: Date) {
    return { tenantId: requireTenant(context), id, actorId: context.actor.id, now };
  }

  private stage(tx: Tx, context: CallContext, action: string, id: string, metadata: object): Promise<void> {
    const audited = { action, resourceType: 'user', resourceId: id, metadata: { ...metadata } };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

/** Returns whether a change would leave a user unchanged. */
function isSo(account: Account, change: AccountChange): boolean {
  const { displayName = account.displayName, role = account.role, status = account.status } = change;
  return displayName === account.displayName && role === account.role && status === account.status;
}

function noSuchUser(): AppError {
  return new AppError('not_found', 'There is no such user.');
}
