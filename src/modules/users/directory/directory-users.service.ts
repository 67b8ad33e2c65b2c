import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../../kernel/http/conditions/versions';
import { isId, newId } from '../../../kernel/ids/ids';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { accountConsequences, removeAccount } from '../accounts/account-consequences';
import { actingRole, assertOwnerStays } from '../accounts/acting-role';
import type { DirectoryUsersPort } from '../contract/directory-users.port';
import type { DirectoryPage, DirectoryQuery, DirectoryUser, DirectoryUserWrite } from '../contract/directory.types';
import { USERS_TOPIC } from '../contract/users.topics';
import type { UserRole } from '../contract/users.types';
import { settledStatus } from '../domain/directory-status';
import { isAtLeast } from '../domain/role-rank';
import { NewPasswords } from '../passwords/new-passwords';
import { type AccountWrite, AccountsRepository } from '../storage/accounts.repository';
import { DirectoryUsersRepository, type StoredUserWrite } from '../storage/directory/directory-users.repository';
import { PasswordsRepository } from '../storage/passwords.repository';
import { SessionsRepository } from '../storage/sessions.repository';

@Injectable()
export class DirectoryUsersService implements DirectoryUsersPort {
  constructor(
    private readonly repository: DirectoryUsersRepository,
    private readonly accounts: AccountsRepository,
    private readonly sessions: SessionsRepository,
    private readonly passwords: PasswordsRepository,
    private readonly newPasswords: NewPasswords,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async find(context: CallContext, id: string, withGroups: boolean): Promise<DirectoryUser | null> {
    return isId('usr', id) ? this.repository.find(requireTenant(context), id, withGroups) : null;
  }

  list(context: CallContext, query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>> {
    return this.repository.list(requireTenant(context), query, this.clock.nowMs());
  }

  async create(context: CallContext, write: DirectoryUserWrite): Promise<DirectoryUser> {
    assertMayGiveRole(context, write.role);
    const passwordHash = await this.hashOf(requireTenant(context), write);
    const { isActive, password: _password, ...kept } = write;
    const stored: StoredUserWrite = { ...kept, status: isActive ? 'active' : 'deactivated' };
    const target = this.writeOf(context, newId('usr', this.clock.nowMs()));
    const metadata = { status: stored.status, by: 'directory' };
    return this.repository.insert(
      target,
      stored,
      passwordHash,
      this.event(context, 'user.create', target.id, metadata),
    );
  }

  async replace(context: CallContext, current: DirectoryUser, write: DirectoryUserWrite): Promise<DirectoryUser> {
    const role = write.role ?? current.role;
    if (role !== current.role) assertMayGiveRole(context, role);
    assertMayChangeSignIn(context, current, write);
    const passwordHash = await this.hashOf(requireTenant(context), write);
    const { isActive, password: _password, ...kept } = write;
    const stored: StoredUserWrite = { ...kept, role, status: settledStatus(current.status, isActive) };
    const isPlain =
      passwordHash === null &&
      (['role', 'status', 'email', 'userName'] as const).every((member) => stored[member] === current[member]);
    if (isPlain) return this.changePlain(context, current, stored);
    const changed = await this.repository.inTransaction(requireTenant(context), (tx) =>
      this.replaceWithin(tx, context, current, stored, passwordHash),
    );
    await this.feed.catchUp();
    return changed;
  }

  async remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    const tenantId = requireTenant(context);
    if (!isId('usr', id)) throw noSuchUser();
    await this.repository.inTransaction(tenantId, async (tx) => {
      await this.accounts.lockGroupsOf(tx, tenantId, id);
      const held = await this.accounts.lock(tx, tenantId, id, context.actor.id);
      if (!held.target) throw noSuchUser();
      if (expected !== null && !expected.includes(held.target.version)) throw changedMeanwhile();
      assertOwnerStays(held, 'removed');
      await removeAccount(tx, this.accounts, this.sessions, this.writeOf(context, id));
      await stageEvent(tx, this.event(context, 'user.delete', id, { role: held.target.role, by: 'directory' }));
    });
    await this.feed.catchUp();
  }

  /** Makes a change that does not affect access, in one statement. Only processes that cache the user are notified. */
  private async changePlain(
    context: CallContext,
    current: DirectoryUser,
    stored: StoredUserWrite,
  ): Promise<DirectoryUser> {
    const tenantId = requireTenant(context);
    const isKnown = stored.displayName === current.displayName;
    const told = isKnown ? [] : [{ topic: USERS_TOPIC, tenantId, key: current.id, payload: {} }];
    const event = this.event(context, 'user.change', current.id, { changed: ['profile'], by: 'directory' });
    const target = this.writeOf(context, current.id);
    const changed = await this.repository.change(target, current.version, stored, event, told);
    if (!changed) throw changedMeanwhile();
    return { ...changed, groups: current.groups };
  }

  private async replaceWithin(
    tx: Tx,
    context: CallContext,
    current: DirectoryUser,
    stored: StoredUserWrite,
    passwordHash: string | null,
  ): Promise<DirectoryUser> {
    const { id } = current;
    const target = this.writeOf(context, id);
    const { tenantId, now } = target;
    const held = await this.accounts.lock(tx, tenantId, id, context.actor.id);
    if (held.target?.version !== current.version) throw changedMeanwhile();
    assertOwnerStays(held, { role: stored.role ?? undefined, status: stored.status });
    const changed = { ...(await this.repository.replace(tx, target, stored)), groups: current.groups };
    if (stored.email !== current.email) await this.repository.endLinks(tx, tenantId, id);
    if (stored.status !== 'active' && stored.status !== current.status) {
      await this.sessions.endAll(tx, tenantId, id, now.getTime());
    }
    if (passwordHash !== null) await this.setPassword(tx, context, target, passwordHash);
    await this.accounts.publish(tx, tenantId, id, accountConsequences(tenantId, current, changed, now.getTime()));
    await stageEvent(tx, this.changeEvent(context, current, changed));
    return changed;
  }

  private async setPassword(
    tx: Tx,
    context: CallContext,
    { tenantId, id, now }: AccountWrite,
    passwordHash: string,
  ): Promise<void> {
    const action = { action: 'user.password.set', resourceType: 'user', resourceId: id, metadata: { by: 'directory' } };
    const atMs = now.getTime();
    const event = stagedAuditEvent(auditEvent(context, { ...action, id: newId('aud', atMs) }, atMs));
    await this.passwords.setWithin(tx, { tenantId, userId: id, passwordHash, atMs, event });
  }

  private changeEvent(context: CallContext, before: DirectoryUser, after: DirectoryUser): StagedEvent {
    const members = ['userName', 'email', 'displayName', 'externalId', 'role', 'status'] as const;
    const changed = members.filter((member) => before[member] !== after[member]).sort();
    const { role, status } = after;
    const action = before.status === status ? 'user.change' : actionOf(status);
    return this.event(context, action, after.id, { changed, role, status, by: 'directory' });
  }

  /** Hashes the new password, if there is one. Errors: those of {@link NewPasswords.hash}. */
  private async hashOf(tenantId: string, { password, email, userName }: DirectoryUserWrite): Promise<string | null> {
    if (password === null) return null;
    return this.newPasswords.hash(tenantId, password.text, email ?? userName, password.leastChars);
  }

  private writeOf(context: CallContext, id: string): AccountWrite {
    return { tenantId: requireTenant(context), id, actorId: context.actor.id, now: new Date(this.clock.nowMs()) };
  }

  private event(context: CallContext, action: string, id: string, metadata: object): StagedEvent {
    const audited = { action, resourceType: 'user', resourceId: id, metadata: { ...metadata } };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function actionOf(status: DirectoryUser['status']): string {
  return status === 'active' ? 'user.activate' : 'user.deactivate';
}

/**
 * Rejects a role that the caller is not allowed to assign. An identity provider can assign `admin` only through a rule for groups. Errors:
 * `forbidden`.
 */
function assertMayGiveRole(context: CallContext, role: UserRole | null): void {
  if (role === 'owner') {
    throw new AppError('forbidden', 'An identity provider cannot make a user an owner. Ask an owner to do this.');
  }
  if (role === null || isAtLeast(actingRole(context, null), role)) return;
  const message = `To let an identity provider assign the role ${role}, name a group for it in /api/v1/group-roles.`;
  throw new AppError('forbidden', message);
}

/**
 * Rejects a change to an owner's or administrator's password, sign-in name or address, unless the caller is allowed to assign that role,
 * because the caller could otherwise sign in as that user. Errors: `forbidden`.
 */
function assertMayChangeSignIn(
  context: CallContext,
  { role, userName, email }: DirectoryUser,
  write: DirectoryUserWrite,
): void {
  if (write.password === null && write.userName === userName && write.email === email) return;
  if (isAtLeast(actingRole(context, null), role)) return;
  const message = `An identity provider cannot change the user name, email address or password of a user with the role ${role}.`;
  throw new AppError('forbidden', message);
}

function noSuchUser(): AppError {
  return new AppError('not_found', 'There is no such user.');
}
