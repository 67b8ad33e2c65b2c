import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import type { StoredAccountRules } from './contract/account-rules.types';
import { displayName as displayNameSchema } from './contract/accounts.types';
import { PasswordGatePort } from './contract/password-gate.port';
import type { SignUpForm, SignUpOffer, SignUpPort, SignUpTarget } from './contract/sign-up.port';
import type { AddressedUser, SignInOrigin, User } from './contract/users.types';
import { emailKey } from './domain/email-key';
import { maySignUp, signUpOffer } from './domain/sign-up-rules';
import { LinkMails } from './mail/link-mails';
import { NewPasswords } from './passwords/new-passwords';
import { originContext } from './sign-in/origin-context';
import { SignUpMails } from './sign-up/sign-up-mails';
import { type SignUpToken, SignUpTokens } from './sign-up/sign-up-tokens';
import { AccountRulesRepository } from './storage/account-rules.repository';
import { UsersRepository } from './storage/users.repository';

@Injectable()
export class SignUpService implements SignUpPort {
  constructor(
    private readonly users: UsersRepository,
    private readonly rules: AccountRulesRepository,
    private readonly tenants: TenantsPort,
    private readonly gate: PasswordGatePort,
    private readonly tokens: SignUpTokens,
    private readonly signUpMails: SignUpMails,
    private readonly linkMails: LinkMails,
    private readonly newPasswords: NewPasswords,
    private readonly clock: Clock,
  ) {}

  async offer(tenantId: string): Promise<SignUpOffer | null> {
    return signUpOffer(await this.rules.find(tenantId));
  }

  request(tenantId: string, email: string, locale: string, origin: SignInOrigin): void {
    this.linkMails.add(origin, () => this.signUpMails.make({ tenantId, email, locale, origin }));
  }

  async inspect(token: string): Promise<SignUpTarget | null> {
    const valid = await this.valid(token);
    if (valid === null) return null;
    const { rules, tenantId, email } = valid;
    return { tenantId, email, passwordMinLength: rules.passwordMinLength, termsUrl: rules.termsUrl };
  }

  async complete(token: string, form: SignUpForm, origin: SignInOrigin): Promise<User | null> {
    const valid = await this.valid(token);
    if (valid === null) return null;
    const { tenantId, email, locale, rules } = valid;
    const name = displayNameSchema.safeParse(form.displayName);
    if (!name.success) throw invalid('/displayName', 'invalid_format', 'Enter a name of 1 to 200 characters.');
    if (rules.termsUrl !== null && !form.acceptsTerms) {
      throw invalid('/acceptsTerms', 'terms_not_accepted', 'Accept the terms to create an account.');
    }
    const passwordHash = await this.newPasswords.hash(tenantId, form.password, email);
    const nowMs = this.clock.nowMs();
    const user: AddressedUser = {
      id: newId('usr', nowMs),
      tenantId,
      email,
      emailVerified: true,
      displayName: name.data,
      avatarUrl: null,
      role: rules.signUpRole,
      status: 'active',
      locale,
      credentialVersion: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    const metadata = { role: user.role, ...(rules.termsUrl === null ? {} : { terms: rules.termsUrl }) };
    const action = { action: 'user.sign_up', resourceType: 'user', resourceId: user.id, metadata };
    const event = auditEvent(originContext(origin, tenantId, user), action, nowMs);
    try {
      await this.users.insert(user, passwordHash, user.id, stagedAuditEvent(event));
    } catch (error) {
      // Somebody used the link, or an administrator created the account, in the meantime.
      if (error instanceof AppError && error.code === 'conflict') return null;
      throw error;
    }
    return user;
  }

  /** Returns the content of a token whose address can still sign up, and has no account yet. */
  private async valid(token: string): Promise<(SignUpToken & { readonly rules: StoredAccountRules }) | null> {
    const read = this.tokens.read(token);
    if (read === null || (await this.tenants.find(read.tenantId))?.status !== 'active') return null;
    const { tenantId, email } = read;
    const rules = await this.rules.find(tenantId);
    if (!maySignUp(rules, email) || (await this.gate.isRefused(tenantId, email))) return null;
    return (await this.users.findByEmail(tenantId, emailKey(email))) === null ? { ...read, rules } : null;
  }
}

function invalid(pointer: string, code: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer, code, message }] });
}
