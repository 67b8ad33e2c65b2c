import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { InjectConfig } from '../../kernel/config/inject-config';
import { AppError } from '../../kernel/errors/app-error';
import { Sealer } from '../../kernel/sealing/sealer';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import type { EmailChange, EmailChangesPort } from './contract/email-changes.port';
import { NoticesPort } from './contract/notices.port';
import { PasswordGatePort } from './contract/password-gate.port';
import { type AddressedUser, email as emailSchema, type SignInOrigin, type User } from './contract/users.types';
import { emailKey } from './domain/email-key';
import { emailChangeMail } from './mail/email-change-mail';
import { LinkMails } from './mail/link-mails';
import type { Mail } from './mail/mailer';
import { MAX_MAILS } from './passwords/password-links';
import { originContext } from './sign-in/origin-context';
import { EmailChangesRepository } from './storage/email-changes.repository';
import { SentMailsRepository } from './storage/sent-mails';
import { UsersRepository } from './storage/users.repository';
import { usersConfig, type UsersConfig } from './users.config';

const OWNER = 'users/email-change';
const LIFETIME_MS = 3_600_000;
const MAX_CHARS = 2_048;

const content = z.strictObject({
  tenantId: z.string(),
  userId: z.string(),
  from: z.string(),
  to: z.string(),
  stage: z.enum(['allow', 'confirm']),
  locale: z.string(),
  /** The link ends when the password is replaced. */
  credentialVersion: z.number(),
  expiresAtMs: z.number(),
});

type Content = Readonly<z.infer<typeof content>>;

/** A valid link with its user. */
interface Valid {
  readonly change: Content;
  readonly user: AddressedUser;
}

@Injectable()
export class EmailChangesService implements EmailChangesPort {
  constructor(
    private readonly repository: EmailChangesRepository,
    private readonly users: UsersRepository,
    private readonly tenants: TenantsPort,
    private readonly gate: PasswordGatePort,
    private readonly sent: SentMailsRepository,
    private readonly mails: LinkMails,
    private readonly notices: NoticesPort,
    private readonly sealer: Sealer,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
  ) {}

  async request(user: User, to: string, locale: string, origin: SignInOrigin): Promise<EmailChange['stage']> {
    const { tenantId, id: userId, email: from, credentialVersion } = user;
    if (from === null || (await this.repository.isManaged(tenantId, userId))) {
      throw new AppError('forbidden', 'Your organization manages your address. Ask your administrator to change it.');
    }
    if (!emailSchema.safeParse(to).success || emailKey(to) === emailKey(from)) {
      const message = 'Enter a different email address.';
      const fields = [{ pointer: '/email', code: 'invalid_format', message }];
      throw new AppError('invalid_request', message, { fields });
    }
    const stage = user.emailVerified ? ('allow' as const) : ('confirm' as const);
    const expiresAtMs = this.clock.nowMs() + LIFETIME_MS;
    const change = { tenantId, userId, from, to, stage, locale, credentialVersion, expiresAtMs };
    this.mails.add(origin, () => this.mail(change, origin));
    return stage;
  }

  async inspect(token: string): Promise<EmailChange | null> {
    const valid = await this.valid(token);
    if (valid === null) return null;
    const { tenantId, from, to, stage } = valid.change;
    return { tenantId, from, to, stage };
  }

  async confirm(token: string, origin: SignInOrigin): Promise<EmailChange['stage'] | null> {
    const valid = await this.valid(token);
    if (valid === null) return null;
    const { change, user } = valid;
    if (change.stage === 'confirm') return (await this.apply(valid, origin)) ? 'confirm' : null;
    const next = { ...change, stage: 'confirm' as const, expiresAtMs: this.clock.nowMs() + LIFETIME_MS };
    this.mails.add(origin, () => this.mail({ ...next, locale: user.locale ?? change.locale }, origin));
    return 'allow';
  }

  private async apply({ change, user }: Valid, origin: SignInOrigin): Promise<boolean> {
    const { tenantId, userId, to } = change;
    const nowMs = this.clock.nowMs();
    const event = auditEvent(
      originContext(origin, tenantId, user),
      { action: 'user.email.change', resourceType: 'user', resourceId: userId },
      nowMs,
    );
    const write = { tenantId, userId, from: emailKey(change.from), to, now: new Date(nowMs) };
    if (!(await this.repository.change(write, stagedAuditEvent(event)))) return false;
    await this.feed.catchUp();
    this.notices.send(user, { kind: 'email_changed' });
    return true;
  }

  /** Returns the mail for a stage of a change, to the address that has to confirm it; `null` if there is none to send. */
  private async mail(change: Content, origin: SignInOrigin): Promise<Mail | null> {
    const { tenantId, userId, from, to, stage, locale } = change;
    const tenant = await this.tenants.find(tenantId);
    if (tenant?.status !== 'active') return null;
    const nowMs = this.clock.nowMs();
    const recipient = stage === 'allow' ? from : to;
    const isTaken = stage === 'confirm' && (await this.users.findByEmail(tenantId, emailKey(to))) !== null;
    if (isTaken || (await this.gate.isRefused(tenantId, to))) return null;
    const limits = { perMailbox: MAX_MAILS, perTenant: this.config.TENANT_MAILS_PER_DAY };
    const event = auditEvent(
      originContext(origin, tenantId, { id: userId }),
      { action: 'user.email.request', resourceType: 'user', resourceId: userId, metadata: { stage } },
      nowMs,
    );
    const mail = { tenantId, email: recipient, now: new Date(nowMs), ...limits };
    if (!(await this.sent.count(mail, stagedAuditEvent(event)))) return null;
    const token = this.sealer.seal(Buffer.from(JSON.stringify(change)), OWNER).toString('base64url');
    const link = `${this.config.PUBLIC_URL}/oauth/email?token=${token}`;
    return emailChangeMail(recipient, { stage, tenantName: tenant.name, newAddress: to, link }, locale);
  }

  private async valid(token: string): Promise<Valid | null> {
    const change = this.open(token);
    if (change === null || change.expiresAtMs <= this.clock.nowMs()) return null;
    const { tenantId, userId, from, credentialVersion } = change;
    if ((await this.tenants.find(tenantId))?.status !== 'active') return null;
    const user = await this.users.findByEmail(tenantId, emailKey(from));
    const isSame = user?.id === userId && user.status === 'active' && user.credentialVersion === credentialVersion;
    return isSame ? { change, user } : null;
  }

  private open(token: string): Content | null {
    if (token === '' || token.length > MAX_CHARS) return null;
    try {
      return content.parse(JSON.parse(this.sealer.open(Buffer.from(token, 'base64url'), OWNER).toString('utf8')));
    } catch {
      return null;
    }
  }
}
