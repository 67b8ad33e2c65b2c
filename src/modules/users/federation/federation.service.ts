import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { newId } from '../../../kernel/ids/ids';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { accountConsequences } from '../accounts/account-consequences';
import type { FederatedRole, FederationPort, NewPerson, SignedIn, SignInVia } from '../contract/federation.port';
import type { AddressedUser, SignInOrigin, User } from '../contract/users.types';
import { emailKey } from '../domain/email-key';
import { AccountsRepository } from '../storage/accounts.repository';
import { PasswordsRepository } from '../storage/passwords.repository';
import { UsersRepository } from '../storage/users.repository';
import { FederatedSignIns } from './federated-sign-ins';
import { LinkedMails } from './linked-mails';

@Injectable()
export class FederationService implements FederationPort {
  constructor(
    private readonly users: UsersRepository,
    private readonly accounts: AccountsRepository,
    private readonly passwords: PasswordsRepository,
    private readonly signIns: FederatedSignIns,
    private readonly mails: LinkedMails,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  findByEmail(tenantId: string, email: string): Promise<AddressedUser | null> {
    return this.users.findByEmail(tenantId, emailKey(email));
  }

  hasPassword(tenantId: string, userId: string): Promise<boolean> {
    return this.users.hasPassword(tenantId, userId);
  }

  async create(
    context: CallContext,
    { email, emailVerified, displayName, role }: NewPerson,
    within: (tx: Tx, user: User) => Promise<void>,
  ): Promise<User> {
    const nowMs = this.clock.nowMs();
    const user: AddressedUser = {
      id: newId('usr', nowMs),
      tenantId: requireTenant(context),
      email,
      emailVerified,
      displayName,
      avatarUrl: null,
      role,
      status: 'active',
      locale: null,
      credentialVersion: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    const event = {
      action: 'user.create',
      resourceType: 'user',
      resourceId: user.id,
      metadata: { role, by: 'connection' },
    };
    const staged = stagedAuditEvent(auditEvent(context, event, nowMs));
    await this.users.insert(user, null, context.actor.id, staged, (tx) => within(tx, user));
    return user;
  }

  async claim(
    context: CallContext,
    { id, email }: Pick<AddressedUser, 'id' | 'email'>,
    within: (tx: Tx, isReset: boolean) => Promise<void>,
  ): Promise<User> {
    const tenantId = requireTenant(context);
    const nowMs = this.clock.nowMs();
    const user = await this.users.inTransaction(tenantId, async (tx) => {
      const { target } = await this.accounts.lock(tx, tenantId, id, context.actor.id);
      if (!target) throw noSuchUser();
      if (target.email === null || emailKey(target.email) !== emailKey(email)) throw addressChanged();
      if (target.status !== 'active' && target.status !== 'invited') throw notActive();
      const isReset = !target.emailVerified;
      const action = { action: 'user.claim', resourceType: 'user', resourceId: id, metadata: { isReset } };
      const event = stagedAuditEvent(auditEvent(context, action, nowMs));
      if (isReset) await this.passwords.drop(tx, { tenantId, userId: id, atMs: nowMs, event });
      else await stageEvent(tx, event);
      await within(tx, isReset);
      return this.users.findWithin(tx, tenantId, id);
    });
    await this.feed.catchUp();
    return user;
  }

  async assignRole(context: CallContext, userId: string, role: FederatedRole): Promise<User> {
    const tenantId = requireTenant(context);
    const now = new Date(this.clock.nowMs());
    const user = await this.users.inTransaction(tenantId, async (tx) => {
      const { target } = await this.accounts.lock(tx, tenantId, userId, context.actor.id);
      if (!target) throw noSuchUser();
      if (target.role !== 'owner' && target.role !== role) {
        const write = { tenantId, id: userId, actorId: context.actor.id, now };
        const changed = await this.accounts.update(tx, write, { role });
        await this.accounts.publish(
          tx,
          tenantId,
          userId,
          accountConsequences(tenantId, target, changed, now.getTime()),
        );
        const metadata = { changed: ['role'], role, by: 'connection' };
        const event = { action: 'user.change', resourceType: 'user', resourceId: userId, metadata };
        await stageEvent(tx, stagedAuditEvent(auditEvent(context, event, now.getTime())));
      }
      return this.users.findWithin(tx, tenantId, userId);
    });
    await this.feed.catchUp();
    return user;
  }

  signedIn(user: User, origin: SignInOrigin, via: SignInVia): Promise<SignedIn> {
    return this.signIns.accepted(user, origin, via);
  }

  refused(
    tenantId: string,
    user: Pick<User, 'id'> | null,
    origin: SignInOrigin,
    via: SignInVia,
    refusal: { readonly reason: string; readonly detail: string },
  ): Promise<void> {
    return this.signIns.refused(tenantId, user, origin, via, refusal);
  }

  notifyLinked(user: User, via: SignInVia, locale: string, requestId: string): Promise<void> {
    return this.mails.add(user, via, locale, requestId);
  }
}

function noSuchUser(): AppError {
  return new AppError('not_found', 'There is no such user.');
}

function addressChanged(): AppError {
  return new AppError('conflict', 'The address of the account has just changed.');
}

function notActive(): AppError {
  return new AppError('forbidden', 'This account is not active.');
}
