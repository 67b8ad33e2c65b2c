import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { bearerChallenge } from '../../../kernel/http/callers/bearer-challenge';
import { CONSOLE_CLIENT_ID } from '../../apps/contract/apps.types';
import { FactorsPort } from '../../factors/contract/factors.port';
import { OneTimeCodesPort } from '../../factors/contract/one-time-codes.port';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { SessionsPort } from '../../users/contract/sessions.port';
import { SignInPort } from '../../users/contract/sign-in.port';
import type { SignInOrigin, SignInOutcome, User } from '../../users/contract/users.types';
import type { LoginPort } from '../contract/login.port';
import type { LoginAnswer, LoginRequest } from '../contract/login.types';
import { LoginToken } from './token/login-token';

const PASSWORD_AMR: readonly string[] = ['pwd'];

/** `POST /auth/login`. Every failed sign-in gets the same response after the same time, regardless of the reason. */
@Injectable()
export class LoginUseCase implements LoginPort {
  constructor(
    private readonly signIn: SignInPort,
    private readonly factors: FactorsPort,
    private readonly codes: OneTimeCodesPort,
    private readonly sessions: SessionsPort,
    private readonly tenants: TenantsPort,
    private readonly tokens: LoginToken,
  ) {}

  async login(request: LoginRequest, origin: SignInOrigin): Promise<LoginAnswer> {
    const user = userOf(await this.prove(request, origin));
    const amr = await this.proveSecond(user, request.otp, origin);
    const { session } = await this.sessions.start(user, amr, origin);
    const { token, claims } = await this.tokens.issue(user, session, origin);
    return {
      token,
      sub: user.id,
      tenant_id: user.tenantId,
      user_name: user.displayName,
      roles: claims.roles,
      expires_at: new Date(claims.exp * 1000).toISOString(),
    };
  }

  /** Checks the second factor of a user who needs one. @returns the `amr` values of the sign-in. */
  private async proveSecond(user: User, otp: string | undefined, origin: SignInOrigin): Promise<readonly string[]> {
    const { step } = await this.factors.remaining(user, PASSWORD_AMR, { appId: CONSOLE_CLIENT_ID, twoFactors: false });
    if (step === 'none') return PASSWORD_AMR;
    if (step === 'enroll') {
      const message = 'Your organization requires a second factor. Sign in with a browser once to add one.';
      throw new AppError('forbidden', message);
    }
    if (otp === undefined) {
      throw unauthorized('This account has a second factor. Send its code as `otp`, or sign in with a browser.');
    }
    const verdict = await this.codes.prove({ user, ip: origin.ip, requestId: origin.requestId }, otp);
    if (verdict.proved) return [...PASSWORD_AMR, ...verdict.amr];
    if (verdict.retryAfterSeconds !== undefined) throw throttled(verdict.retryAfterSeconds);
    throw unauthorized('The code is incorrect, or was used before.');
  }

  private async prove({ email, password, tenant }: LoginRequest, origin: SignInOrigin): Promise<SignInOutcome> {
    if (tenant === undefined) return this.signIn.anywhere(email, password, origin);
    // A nonexistent tenant has no users. It is looked up like any other tenant.
    const tenantId = (await this.tenants.find(tenant))?.id ?? tenant;
    return this.signIn.withPassword(tenantId, email, password, origin);
  }
}

function userOf(outcome: SignInOutcome): User {
  switch (outcome.outcome) {
    case 'signed_in':
      return outcome.user;
    case 'refused':
      throw unauthorized('The email address or password is incorrect.');
    case 'throttled':
      throw throttled(outcome.retryAfterSeconds);
  }
}

function unauthorized(message: string): AppError {
  return new AppError('unauthorized', message, { headers: bearerChallenge() });
}

function throttled(retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', 'Too many failed sign-ins; wait before the next one.', {
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}
