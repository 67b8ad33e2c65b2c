import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { opaqueTokenHash } from '../../kernel/ids/opaque-token';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { PasswordGatePort } from './contract/password-gate.port';
import type { PasswordLinkTarget, PasswordsPort } from './contract/passwords.port';
import type { SignInOrigin } from './contract/users.types';
import { InvitationAcceptance, isInvitationToken } from './invitations/invitation-acceptance';
import { originContext } from './sign-in/origin-context';
import { PasswordLinks } from './passwords/password-links';
import { NewPasswords } from './passwords/new-passwords';
import { LinkMails } from './mail/link-mails';
import { AccountRulesRepository } from './storage/account-rules.repository';
import type { LinkOwner } from './storage/password-links.repository';
import { PasswordsRepository } from './storage/passwords.repository';
import { UsersRepository } from './storage/users.repository';

@Injectable()
export class PasswordsService implements PasswordsPort {
  constructor(
    private readonly passwords: PasswordsRepository,
    private readonly users: UsersRepository,
    private readonly tenants: TenantsPort,
    private readonly newPasswords: NewPasswords,
    private readonly links: PasswordLinks,
    private readonly mails: LinkMails,
    private readonly invitations: InvitationAcceptance,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly gate: PasswordGatePort,
    private readonly rules: AccountRulesRepository,
  ) {}

  async requestLink(tenantId: string, email: string, locale: string, origin: SignInOrigin): Promise<void> {
    this.mails.add(origin, () => this.links.mail({ tenantId, email, locale, origin }));
  }

  async inspect(token: string): Promise<PasswordLinkTarget | null> {
    const hash = opaqueTokenHash(token);
    const owner = isInvitationToken(token) ? await this.invitations.inspect(token) : hash && (await this.ownerOf(hash));
    if (!owner) return null;
    const { tenantId, email } = owner;
    return { tenantId, email, passwordMinLength: (await this.rules.find(tenantId)).passwordMinLength };
  }

  async redeem(token: string, newPassword: string, origin: SignInOrigin): Promise<boolean> {
    if (isInvitationToken(token)) {
      return (await this.invitations.accept(token, newPassword, null, origin)) !== null;
    }
    const hash = opaqueTokenHash(token);
    const owner = hash && (await this.ownerOf(hash));
    if (!hash || !owner) return false;
    const { tenantId, userId, email } = owner;
    const passwordHash = await this.newPasswords.hash(tenantId, newPassword, email);
    const atMs = this.clock.nowMs();
    const context = originContext(origin, tenantId, { id: userId });
    const event = this.event(context, userId, 'link', atMs);
    const redeemed = await this.passwords.redeem(hash, { tenantId, userId, passwordHash, atMs, event });
    if (redeemed) await this.feed.catchUp();
    return redeemed;
  }

  async set(context: CallContext, userId: string, newPassword: string): Promise<void> {
    const tenantId = requireTenant(context);
    const user = await this.users.find(tenantId, userId);
    if (!user) throw noSuchUser();
    const passwordHash = await this.newPasswords.hash(tenantId, newPassword, user.email ?? '');
    const atMs = this.clock.nowMs();
    const event = this.event(context, userId, 'operator', atMs);
    if (!(await this.passwords.set({ tenantId, userId, passwordHash, atMs, event }))) throw noSuchUser();
    await this.feed.catchUp();
  }

  private async ownerOf(hash: Buffer): Promise<LinkOwner | null> {
    const owner = await this.passwords.linkOwner(hash, this.clock.nowMs());
    if (owner === null || (await this.tenants.find(owner.tenantId))?.status !== 'active') return null;
    return (await this.gate.isRefused(owner.tenantId, owner.email)) ? null : owner;
  }

  private event(context: CallContext, userId: string, by: 'link' | 'operator', atMs: number): StagedEvent {
    const action = { action: 'user.password.set', resourceType: 'user', resourceId: userId, metadata: { by } };
    return stagedAuditEvent(auditEvent(context, action, atMs));
  }
}

function noSuchUser(): AppError {
  return new AppError('not_found', 'There is no such user.');
}
