import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { ClientsPort } from '../../apps/contract/clients.port';
import { MembershipsPort } from '../../users/contract/memberships.port';
import type { User } from '../../users/contract/users.types';
import type { AccessTokenClaims } from '../contract/access-token.types';
import { appFacts, userFacts } from '../domain/claims/claim-facts';
import { claimsOfRules, type CustomClaims } from '../domain/claims/claim-rules';
import { customClaimsFault } from '../domain/claims/custom-claims';
import { TokenClaimsCache } from '../token-claims-cache';

const NOTHING: CustomClaims = Object.freeze({});

/** The claims that a tenant's rules add to the userinfo response. They depend on the current data of the user and the app. */
@Injectable()
export class CustomUserinfo {
  constructor(
    private readonly cache: TokenClaimsCache,
    private readonly clients: ClientsPort,
    private readonly memberships: MembershipsPort,
  ) {}

  /** Returns the claims for the bearer of a token. Errors: `access_denied` for rules without a usable result; `unavailable`. */
  async of({ client_id: clientId, scope, aud }: AccessTokenClaims, user: User): Promise<CustomClaims> {
    const client = await this.clients.find(clientId);
    if (client === null) return NOTHING;
    const tenant = await this.cache.of(user.tenantId);
    const rules = tenant.rulesFor(client).filter((rule) => rule.in.includes('userinfo'));
    if (rules.length === 0) return NOTHING;
    const { groups } = await this.memberships.ofUser(user.tenantId, user.id);
    const facts = {
      grant: null,
      app: appFacts(client),
      user: userFacts(user, groups),
      scopes: scope.split(' '),
      audiences: [aud].flat(),
    };
    const claims = claimsOfRules(rules, 'userinfo', facts);
    const fault = customClaimsFault(claims, facts.user);
    if (fault === null) return claims;
    throw new AppError('access_denied', `The claims of the user cannot be returned: ${fault}`);
  }
}
