import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { type AuditEvent, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import type { EmailCodeRequest, EmailCodesPort, OpenedEmailCode } from './contract/email-codes.port';
import { PasswordGatePort } from './contract/password-gate.port';
import type { SignInOrigin, User } from './contract/users.types';
import { emailKey } from './domain/email-key';
import { browserHash, newSignInCode, shownSignInCode, signInCodeHash } from './domain/sign-in-code';
import { emailCodeMail } from './mail/email-code-mail';
import { LinkMails } from './mail/link-mails';
import type { Mail } from './mail/mailer';
import { originContext } from './sign-in/origin-context';
import { AccountRulesRepository } from './storage/account-rules.repository';
import { SignInCodesRepository } from './storage/sign-in-codes.repository';
import { UsersRepository } from './storage/users.repository';
import { usersConfig, type UsersConfig } from './users.config';

const LIFETIME_MS = 10 * 60_000;
/** Maximum number of valid codes per user. Prevents other people from filling a user's mailbox. */
const MAX_CODES = 5;
const TOKEN = /^(tnt-[0-9a-z]{26})\.(sic-[0-9a-z]{26})\.(\d{8})$/;

@Injectable()
export class EmailCodesService implements EmailCodesPort {
  constructor(
    private readonly codes: SignInCodesRepository,
    private readonly users: UsersRepository,
    private readonly rules: AccountRulesRepository,
    private readonly tenants: TenantsPort,
    private readonly gate: PasswordGatePort,
    private readonly mails: LinkMails,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
  ) {}

  request(request: EmailCodeRequest, origin: SignInOrigin): void {
    this.mails.add(origin, () => this.mail(request, origin));
  }

  async inspect(token: string, browserId: string): Promise<OpenedEmailCode | null> {
    const [, tenantId = '', id = '', code = ''] = TOKEN.exec(token) ?? [];
    if (tenantId === '' || browserId === '') return null;
    const found = await this.codes.find(tenantId, id, browserHash(browserId), new Date(this.clock.nowMs()));
    return found && { ...found, code };
  }

  private async mail(request: EmailCodeRequest, origin: SignInOrigin): Promise<Mail | null> {
    const { tenantId, browserId } = request;
    const [tenant, user, { emailCodes }] = await Promise.all([
      this.tenants.find(tenantId),
      this.users.findByEmail(tenantId, emailKey(request.email)),
      this.rules.find(tenantId),
    ]);
    const refuse = async (reason: string): Promise<null> => {
      const event = this.event(origin, tenant?.id ?? null, user, reason);
      await this.audit.record(originContext(origin, tenant?.id ?? null, user), event);
      return null;
    };
    if (tenant?.status !== 'active') return refuse('tenant_not_active');
    if (!emailCodes) return refuse('method_off');
    if (!user) return refuse('unknown_address');
    if (user.status !== 'active') return refuse('user_not_active');
    if (await this.gate.isRefused(tenantId, user.email)) return refuse('password_not_allowed');
    const nowMs = this.clock.nowMs();
    const [id, code] = [newId('sic', nowMs), newSignInCode()];
    const stored = {
      ...{ tenantId, id, userId: user.id, codeHash: signInCodeHash(id, code), browserHash: browserHash(browserId) },
      ...{ request: request.request, createdAt: new Date(nowMs), expiresAt: new Date(nowMs + LIFETIME_MS) },
    };
    const event = stagedAuditEvent(this.event(origin, tenantId, user, ''));
    if (!(await this.codes.insert(stored, MAX_CODES, event))) return refuse('too_many_codes');
    const link = `${this.config.PUBLIC_URL}/oauth/sign-in/code?token=${tenantId}.${id}.${code}`;
    const content = { tenantName: tenant.name, code: shownSignInCode(code), link };
    return emailCodeMail(user.email, content, user.locale ?? request.locale);
  }

  /** Returns the audit event of a request. @param reason the reason why no code was sent; empty if a code was sent. */
  private event(origin: SignInOrigin, tenantId: string | null, user: User | null, reason: string): AuditEvent {
    const action = { action: 'user.email_code.request', resourceType: 'user', resourceId: user?.id ?? '', reason };
    const outcome = reason === '' ? 'success' : 'denied';
    return auditEvent(originContext(origin, tenantId, user), { ...action, outcome }, this.clock.nowMs());
  }
}
