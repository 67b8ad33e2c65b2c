import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { AccessTokensPort } from '../contract/access-tokens.port';
import type { IntrospectionAnswer, OauthRequest } from '../contract/oauth.types';
import { AuthenticateCaller } from './authenticate-caller';
import { requiredParameter } from './form-parameter';
import { OauthTrail } from './oauth-trail';

const INACTIVE: IntrospectionAnswer = Object.freeze({ active: false });

/**
 * Token introspection (RFC 7662). Only the token's own tenant may know of it: for anyone else, as for an expired,
 * revoked or foreign token, the answer is `{"active": false}` (§2.2, §4).
 */
@Injectable()
export class IntrospectUseCase {
  constructor(
    private readonly authenticate: AuthenticateCaller,
    private readonly tokens: AccessTokensPort,
    private readonly trail: OauthTrail,
  ) {}

  async run(request: OauthRequest): Promise<IntrospectionAnswer> {
    const token = requiredParameter(request, 'token');
    const caller = await this.trail.watch(request, 'oauth.token.introspect', () => this.authenticate.run(request));
    const verdict = await this.tokens.verify(token);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable')
        throw new AppError('unavailable', 'The token cannot be checked now; try again.');
      return INACTIVE;
    }
    const { claims } = verdict;
    return claims.tenant_id === caller.tenantId ? { active: true, token_type: 'Bearer', ...claims } : INACTIVE;
  }
}
