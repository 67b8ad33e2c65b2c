import { Injectable } from '@nestjs/common';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { TenantNames } from '../../kernel/context/tenant-names';
import { newId } from '../../kernel/ids/ids';
import { KeysPort } from '../keys/contract/keys.port';
import type { AccessTokenClaims, TokenVerdict } from '../oauth/contract/access-token.types';
import { AccessTokensPort } from '../oauth/contract/access-tokens.port';
import { TokenRevocationPort } from '../oauth/contract/token-revocation.port';
import type { AuthPort, ValidateToken } from './contract/auth.port';

@Injectable()
export class AuthService implements AuthPort {
  constructor(
    private readonly tokens: AccessTokensPort,
    private readonly revocation: TokenRevocationPort,
    private readonly keys: KeysPort,
    private readonly tenants: TenantNames,
  ) {}

  async validateToken(_context: CallContext | null, query: ValidateToken): Promise<TokenVerdict> {
    const verdict = await this.tokens.verify(query.token);
    if (!verdict.valid) return verdict;
    const { expectedAudience, tenant } = query;
    if (expectedAudience !== null && this.tokens.isKnownAudience(expectedAudience)) {
      const audiences = [verdict.claims.aud].flat();
      if (!audiences.includes(expectedAudience)) return { valid: false, refusal: 'token_wrong_audience' };
    }
    if (tenant !== null && !(await this.belongsTo(verdict.claims, tenant))) {
      return { valid: false, refusal: 'tenant_mismatch' };
    }
    return verdict;
  }

  async revokeToken(
    context: CallContext | null,
    token: string,
    tenant: string | null,
    reason: string,
  ): Promise<boolean> {
    const verdict = await this.tokens.verify(token);
    if (!verdict.valid) return verdict.refusal === 'token_revoked';
    const { claims } = verdict;
    if (tenant !== null && !(await this.belongsTo(claims, tenant))) return false;
    // Whoever holds a token may end it; the record names its subject, whatever service passed it on.
    const bearer = { ...(context ?? systemContext(newId('req'))), actor: { type: 'service', id: claims.sub } as const };
    await this.revocation.revoke({ ...bearer, appId: claims.client_id }, claims, reason);
    return true;
  }

  async isRevoked(_context: CallContext | null, token: string): Promise<boolean> {
    const verdict = await this.tokens.verify(token);
    // What is no live token of ours is as good as revoked: no caller may go on with it.
    return !verdict.valid;
  }

  async jwks(): Promise<string> {
    return this.keys.jwksJson();
  }

  private async belongsTo(claims: AccessTokenClaims, tenant: string): Promise<boolean> {
    if (tenant === claims.tenant_id || tenant === claims.tenant_slug) return true;
    return (await this.tenants.idOf(tenant)) === claims.tenant_id;
  }
}
