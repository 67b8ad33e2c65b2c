import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import type { SignInPort } from './contract/sign-in.port';
import type { SignInOrigin, SignInOutcome } from './contract/users.types';
import { emailKey } from './domain/email-key';
import { originContext } from './origin-context';
import { PasswordMethod } from './sign-in/password.method';
import { type MethodVerdict, SignInMethods } from './sign-in/sign-in-methods';

@Injectable()
export class SignInService implements SignInPort {
  constructor(
    private readonly methods: SignInMethods,
    private readonly tenants: TenantsPort,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    password: PasswordMethod,
  ) {
    methods.add(password);
  }

  withPassword(tenantId: string, email: string, password: string, origin: SignInOrigin): Promise<SignInOutcome> {
    return this.attempt('password', tenantId, { tenantId, emailKey: emailKey(email), password, ip: origin.ip }, origin);
  }

  anywhere(email: string, password: string, origin: SignInOrigin): Promise<SignInOutcome> {
    return this.attempt(
      'password',
      null,
      { tenantId: null, emailKey: emailKey(email), password, ip: origin.ip },
      origin,
    );
  }

  /** Runs a method and records its verdict before anybody hears of it. */
  private async attempt(
    method: string,
    tenantId: string | null,
    request: object,
    origin: SignInOrigin,
  ): Promise<SignInOutcome> {
    const verdict = await this.methods.run(method, request);
    await this.record(method, verdict, tenantId, origin);
    if (verdict.signedIn) return { outcome: 'signed_in', user: verdict.user };
    const { retryAfterSeconds } = verdict;
    return retryAfterSeconds === undefined ? { outcome: 'refused' } : { outcome: 'throttled', retryAfterSeconds };
  }

  private async record(
    method: string,
    verdict: MethodVerdict,
    tenantId: string | null,
    origin: SignInOrigin,
  ): Promise<void> {
    const user = verdict.signedIn ? verdict.user : verdict.account;
    // An attempt at a tenant that there is not belongs into no tenant's log.
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
