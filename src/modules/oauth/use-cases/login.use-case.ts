import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { SessionsPort } from '../../users/contract/sessions.port';
import { SignInPort } from '../../users/contract/sign-in.port';
import type { SignInOrigin, SignInOutcome, User } from '../../users/contract/users.types';
import type { LoginPort } from '../contract/login.port';
import type { LoginAnswer, LoginRequest } from '../contract/login.types';
import { LoginToken } from './token/login-token';

/** `POST /auth/login`. Every failed sign-in gets the same response after the same time, regardless of the reason. */
@Injectable()
export class LoginUseCase implements LoginPort {
  constructor(
    private readonly signIn: SignInPort,
    private readonly sessions: SessionsPort,
    private readonly tenants: TenantsPort,
    private readonly tokens: LoginToken,
  ) {}

  async login(request: LoginRequest, origin: SignInOrigin): Promise<LoginAnswer> {
    const user = userOf(await this.prove(request, origin));
    const { session } = await this.sessions.start(user, ['pwd'], origin);
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
      throw new AppError('unauthorized', 'The email address or password is incorrect.', {
        headers: { 'WWW-Authenticate': 'Bearer realm="coresdk"' },
      });
    case 'throttled':
      throw new AppError('rate_limited', 'Too many failed sign-ins; wait before the next one.', {
        headers: { 'Retry-After': String(outcome.retryAfterSeconds) },
      });
  }
}
