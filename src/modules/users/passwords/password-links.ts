import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { newOpaqueToken } from '../../../kernel/ids/opaque-token';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../../audit/contract/audit.port';
import { type AuditEvent, auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { PasswordGatePort } from '../contract/password-gate.port';
import type { AddressedUser, SignInOrigin } from '../contract/users.types';
import { emailKey } from '../domain/email-key';
import type { Mail } from '../mail/mailer';
import { passwordMail } from '../mail/password-mail';
import { originContext } from '../sign-in/origin-context';
import { PasswordLinksRepository } from '../storage/password-links.repository';
import { UsersRepository } from '../storage/users.repository';
import { usersConfig, type UsersConfig } from '../users.config';

const LINK_TTL_MS = 3_600_000;
/** Maximum number of valid links per user. Prevents other people from filling a user's mailbox. */
const MAX_LINKS = 5;
/** Maximum number of mails to an unconfirmed mailbox in 24 hours. */
export const MAX_MAILS = 10;

/** A request for a link. */
export interface LinkRequest {
  readonly tenantId: string;
  readonly email: string;
  readonly locale: string;
  readonly origin: SignInOrigin;
}

/** A new link, to be sent to its user. */
interface MadeLink {
  readonly user: AddressedUser;
  readonly tenantName: string;
  readonly token: string;
}

/** Creates links that set a password. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly links: PasswordLinksRepository,
    private readonly users: UsersRepository,
    private readonly tenants: TenantsPort,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    private readonly gate: PasswordGatePort,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
  ) {}

  /**
   * Returns the mail with a link if the address belongs to a user who is allowed to sign in; `null` otherwise. Records both outcomes.
   * @param occasion `sign_up` for somebody who wanted to create an account. Errors: `unavailable`.
   */
  async mail(request: LinkRequest, occasion: 'forgotten' | 'sign_up' = 'forgotten'): Promise<Mail | null> {
    const link = await this.make(request);
    if (link === null) return null;
    const { user, tenantName, token } = link;
    const address = `${this.config.PUBLIC_URL}/oauth/password?token=${token}`;
    // The mail goes to the stored address, not the typed one: two addresses that compare as equal might be different mailboxes.
    return passwordMail(user.email, tenantName, address, user.locale ?? request.locale, occasion);
  }

  /**
   * Returns a link if the address belongs to a user who is allowed to sign in; `null` otherwise. Records both outcomes. Errors:
   * `unavailable`.
   */
  private async make(request: LinkRequest): Promise<MadeLink | null> {
    const [tenant, user] = await Promise.all([
      this.tenants.find(request.tenantId),
      this.users.findByEmail(request.tenantId, emailKey(request.email)),
    ]);
    if (!user) return this.refuse(request, tenant?.id ?? null, null, 'unknown_address');
    if (tenant?.status !== 'active') return this.refuse(request, user.tenantId, user, 'tenant_not_active');
    if (user.status !== 'active' && user.status !== 'invited') {
      return this.refuse(request, tenant.id, user, 'user_not_active');
    }
    if (await this.gate.isRefused(tenant.id, user.email)) {
      return this.refuse(request, tenant.id, user, 'password_not_allowed');
    }
    const nowMs = this.clock.nowMs();
    const { token, hash } = newOpaqueToken();
    const link = {
      tenantId: tenant.id,
      userId: user.id,
      hash,
      createdAt: new Date(nowMs),
      expiresAt: new Date(nowMs + LINK_TTL_MS),
    };
    const limits = { perMailbox: MAX_MAILS, perTenant: this.config.TENANT_MAILS_PER_DAY };
    const mail = user.emailVerified ? null : { email: user.email, ...limits };
    const event = stagedAuditEvent(this.event(request, tenant.id, user, ''));
    const refusal = await this.links.insert(link, MAX_LINKS, mail, event);
    if (refusal !== null) return this.refuse(request, tenant.id, user, refusal);
    return { user, tenantName: tenant.name, token };
  }

  private async refuse(
    request: LinkRequest,
    tenantId: string | null,
    user: AddressedUser | null,
    reason: string,
  ): Promise<null> {
    const event = this.event(request, tenantId, user, reason);
    await this.audit.record(originContext(request.origin, tenantId, user), event);
    return null;
  }

  /** Returns the audit event of a request. @param reason the reason why no link was sent; empty if a link was sent. */
  private event(
    { origin }: LinkRequest,
    tenantId: string | null,
    user: AddressedUser | null,
    reason: string,
  ): AuditEvent {
    return auditEvent(
      originContext(origin, tenantId, user),
      {
        action: 'user.password.request',
        resourceType: 'user',
        resourceId: user?.id ?? '',
        outcome: reason === '' ? 'success' : 'denied',
        reason,
      },
      this.clock.nowMs(),
    );
  }
}
