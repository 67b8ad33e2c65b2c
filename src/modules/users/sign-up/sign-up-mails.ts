import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../../audit/contract/audit.port';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import type { Tenant } from '../../tenants/contract/tenants.types';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { PasswordGatePort } from '../contract/password-gate.port';
import { email as emailSchema } from '../contract/users.types';
import { emailKey } from '../domain/email-key';
import { maySignUp } from '../domain/sign-up-rules';
import type { Mail } from '../mail/mailer';
import { signUpMail } from '../mail/sign-up-mail';
import { type LinkRequest, MAX_MAILS, PasswordLinks } from '../passwords/password-links';
import { originContext } from '../sign-in/origin-context';
import { AccountRulesRepository } from '../storage/account-rules.repository';
import { SentMailsRepository } from '../storage/sent-mails';
import { UsersRepository } from '../storage/users.repository';
import { usersConfig, type UsersConfig } from '../users.config';
import { SignUpTokens } from './sign-up-tokens';

const ACTION = { action: 'user.sign_up.request', resourceType: 'user', resourceId: '' };

/** Makes the mails that answer requests to sign up. */
@Injectable()
export class SignUpMails {
  constructor(
    private readonly users: UsersRepository,
    private readonly rules: AccountRulesRepository,
    private readonly tenants: TenantsPort,
    private readonly gate: PasswordGatePort,
    private readonly links: PasswordLinks,
    private readonly sent: SentMailsRepository,
    private readonly tokens: SignUpTokens,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
  ) {}

  /**
   * Returns the mail for an address: with a link that creates the account, or that sets the password of the account that it has. Returns
   * `null` if the address cannot sign up, or too many mails have been sent. Records all outcomes.
   */
  async make(request: LinkRequest): Promise<Mail | null> {
    const { tenantId, email } = request;
    const tenant = await this.tenants.find(tenantId);
    if (tenant?.status !== 'active') return this.refuse(request, null, 'tenant_not_active');
    if (await this.users.findByEmail(tenantId, emailKey(email))) return this.links.mail(request, 'sign_up');
    if (!emailSchema.safeParse(email).success) return this.refuse(request, tenant, 'invalid_address');
    if (!maySignUp(await this.rules.find(tenantId), email)) return this.refuse(request, tenant, 'sign_up_not_allowed');
    if (await this.gate.isRefused(tenantId, email)) return this.refuse(request, tenant, 'password_not_allowed');
    const nowMs = this.clock.nowMs();
    const limits = { perMailbox: MAX_MAILS, perTenant: this.config.TENANT_MAILS_PER_DAY };
    const mail = { tenantId, email, now: new Date(nowMs), ...limits };
    const event = auditEvent(originContext(request.origin, tenantId, null), ACTION, nowMs);
    if (!(await this.sent.count(mail, stagedAuditEvent(event)))) return this.refuse(request, tenant, 'too_many_mails');
    const token = this.tokens.make({ tenantId, email, locale: request.locale });
    const link = `${this.config.PUBLIC_URL}/oauth/sign-up?token=${token}`;
    return signUpMail(email, tenant.name, link, request.locale);
  }

  private async refuse({ origin }: LinkRequest, tenant: Tenant | null, reason: string): Promise<null> {
    const context = originContext(origin, tenant?.id ?? null, null);
    const event = auditEvent(context, { ...ACTION, outcome: 'denied', reason }, this.clock.nowMs());
    await this.audit.record(context, event);
    return null;
  }
}
