import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import type { SignInPort } from './contract/sign-in.port';
import type { SignInOrigin, SignInOutcome } from './contract/users.types';
import { emailKey } from './domain/email-key';
import { originContext } from './sign-in/origin-context';
import { EmailCodeMethod } from './sign-in/email-code.method';
import type { MethodVerdict } from './sign-in/method-verdict';
import { type PasswordAttempt, PasswordMethod } from './sign-in/password.method';
import { SignInDevices } from './sign-in/sign-in-devices';

interface TypedCredentials {
  readonly email: string;
  readonly password: string;
  readonly device: string | null;
}

@Injectable()
export class SignInService implements SignInPort {
  constructor(
    private readonly password: PasswordMethod,
    private readonly emailCode: EmailCodeMethod,
    private readonly tenants: TenantsPort,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    private readonly devices: SignInDevices,
  ) {}

  withPassword(tenantId: string, email: string, password: string, origin: SignInOrigin): Promise<SignInOutcome> {
    return this.attempt(tenantId, this.onDevice(tenantId, { email, password }, origin), origin);
  }

  proveForLink(
    tenantId: string,
    credentials: { readonly email: string; readonly password: string },
    connectionId: string,
    origin: SignInOrigin,
  ): Promise<SignInOutcome> {
    return this.attempt(tenantId, this.onDevice(tenantId, credentials, origin), origin, connectionId);
  }

  async withEmailCode(
    tenantId: string,
    { email, code, browserId }: { readonly email: string; readonly code: string; readonly browserId: string },
    origin: SignInOrigin,
  ): Promise<SignInOutcome> {
    const { device } = this.onDevice(tenantId, { email, password: '' }, origin);
    const attempt = { tenantId, emailKey: emailKey(email), ip: origin.ip, device, code, browserId };
    const verdict = await this.emailCode.prove(attempt);
    await this.record('email_code', verdict, tenantId, origin);
    return outcomeOf(verdict, ['otp']);
  }

  async anywhere(email: string, password: string, origin: SignInOrigin): Promise<SignInOutcome> {
    // An attempt without a tenant counts toward all accounts with the address. A device is known for one of these accounts.
    const known = this.devices.known(origin.device ?? '', emailKey(email));
    const [tenantId] = known?.tenantIds ?? [];
    if (known !== null && tenantId !== undefined) {
      const outcome = await this.attempt(tenantId, { email, password, device: known.id }, origin);
      if (outcome.outcome === 'signed_in') return outcome;
    }
    return this.attempt(null, { email, password, device: null }, origin);
  }

  /** Returns the credentials with the id of the device, if an account with the address has signed in to the tenant on it. */
  private onDevice(
    tenantId: string,
    { email, password }: { readonly email: string; readonly password: string },
    origin: SignInOrigin,
  ): TypedCredentials {
    const known = this.devices.known(origin.device ?? '', emailKey(email));
    const isKnown = known?.tenantIds.includes(tenantId) === true;
    return { email, password, device: isKnown ? known.id : null };
  }

  /** Compares the password and records the verdict before the response is sent. */
  private async attempt(
    tenantId: string | null,
    { email, password, device }: TypedCredentials,
    origin: SignInOrigin,
    through: string | null = null,
  ): Promise<SignInOutcome> {
    const key = emailKey(email);
    const request: PasswordAttempt = { tenantId, emailKey: key, password, ip: origin.ip, device, through };
    const verdict = await this.password.prove(request);
    await this.record(through === null ? 'password' : 'password_for_link', verdict, tenantId, origin);
    return outcomeOf(verdict, ['pwd']);
  }

  private async record(
    method: string,
    verdict: MethodVerdict,
    tenantId: string | null,
    origin: SignInOrigin,
  ): Promise<void> {
    const user = verdict.signedIn ? verdict.user : verdict.account;
    // An attempt to sign in to a nonexistent tenant does not belong in any tenant's log.
    const named = tenantId === null ? null : ((await this.tenants.find(tenantId))?.id ?? null);
    const context = originContext(origin, user?.tenantId ?? named, user);
    const event = {
      action: 'user.sign_in',
      resourceType: 'user',
      resourceId: user?.id ?? '',
      metadata: { method },
      ...(verdict.signedIn ? {} : { outcome: 'denied' as const, reason: verdict.reason }),
    };
    await this.audit.record(context, auditEvent(context, event, this.clock.nowMs()));
  }
}

function outcomeOf(verdict: MethodVerdict, amr: readonly string[]): SignInOutcome {
  if (verdict.signedIn) return { outcome: 'signed_in', user: verdict.user, amr };
  const { retryAfterSeconds } = verdict;
  return retryAfterSeconds === undefined ? { outcome: 'refused' } : { outcome: 'throttled', retryAfterSeconds };
}
