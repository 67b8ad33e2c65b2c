import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { liftMark, markUntilNow } from '../revocation/contract/revocation.types';
import { UserLookupPort } from './contract/user-lookup.port';
import type { UsersPort } from './contract/users.port';
import { type AddressedUser, email as emailSchema, type NewUser, type User } from './contract/users.types';
import { emailKey } from './domain/email-key';
import { NewPasswords } from './passwords/new-passwords';
import { SessionsRepository } from './storage/sessions.repository';
import { UsersRepository } from './storage/users.repository';

@Injectable()
export class UsersService implements UsersPort {
  constructor(
    private readonly repository: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly newPasswords: NewPasswords,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly lookup: UserLookupPort,
  ) {}

  async create(context: CallContext, input: NewUser): Promise<AddressedUser> {
    const tenantId = requireTenant(context);
    const { email, displayName, role, password } = input;
    if (!emailSchema.safeParse(email).success) throw invalidEmail();
    const passwordHash = password === null ? null : await this.newPasswords.hash(tenantId, password, email);
    const nowMs = this.clock.nowMs();
    const user: AddressedUser = {
      id: newId('usr', nowMs),
      tenantId,
      email,
      emailVerified: false,
      displayName,
      avatarUrl: null,
      role,
      status: passwordHash === null ? 'invited' : 'active',
      locale: null,
      credentialVersion: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    const event = { action: 'user.create', resourceType: 'user', resourceId: user.id, metadata: { role } };
    await this.repository.insert(
      user,
      passwordHash,
      context.actor.id,
      stagedAuditEvent(auditEvent(context, event, nowMs)),
    );
    return user;
  }

  find(tenantId: string, userId: string): Promise<User | null> {
    return this.lookup.find(tenantId, userId);
  }

  findByEmail(tenantId: string, email: string): Promise<AddressedUser | null> {
    return this.repository.findByEmail(tenantId, emailKey(email));
  }

  hasPassword(tenantId: string, userId: string): Promise<boolean> {
    return this.repository.hasPassword(tenantId, userId);
  }

  hasOwner(tenantId: string): Promise<boolean> {
    return this.repository.hasOwner(tenantId);
  }

  async setStatus(context: CallContext, userId: string, status: 'active' | 'suspended'): Promise<User> {
    const tenantId = requireTenant(context);
    const atMs = this.clock.nowMs();
    const action = status === 'suspended' ? 'user.suspend' : 'user.activate';
    const event = auditEvent(context, { action, resourceType: 'user', resourceId: userId }, atMs);
    const mark = status === 'suspended' ? markUntilNow : liftMark;
    const change = {
      status,
      revocation: mark('user', userId, tenantId, atMs),
      event: stagedAuditEvent(event),
      atMs,
    };
    const user = await this.repository.inTransaction(tenantId, async (tx) => {
      const changed = await this.repository.setStatus(tx, tenantId, userId, change);
      if (status === 'suspended') await this.sessions.endAll(tx, tenantId, userId, atMs);
      return changed;
    });
    await this.feed.catchUp();
    return user;
  }
}

function invalidEmail(): AppError {
  const message = 'This is not an email address.';
  return new AppError('invalid_request', message, {
    fields: [{ pointer: '/email', code: 'invalid_format', message }],
  });
}
