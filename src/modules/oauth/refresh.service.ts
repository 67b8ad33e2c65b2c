import { Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { ClientsPort } from '../apps/contract/clients.port';
import { TenantsPort } from '../tenants/contract/tenants.port';
import type { OauthRequest } from './contract/oauth.types';
import type { RefreshedToken, RefreshPort } from './contract/refresh.port';
import { refreshTokenHashes } from './domain/opaque-token';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';
import type { AuthenticatedClient } from './use-cases/authenticate-client';
import { OauthAuditRecorder } from './use-cases/oauth-audit-recorder';
import { RefreshTokenGrant, unknownToken } from './use-cases/token/refresh-token.grant';

const BEARER = /^Bearer\s+/i;

@Injectable()
export class RefreshService implements RefreshPort {
  constructor(
    private readonly families: RefreshFamiliesRepository,
    private readonly clients: ClientsPort,
    private readonly tenants: TenantsPort,
    private readonly grant: RefreshTokenGrant,
    private readonly trail: OauthAuditRecorder,
  ) {}

  async refresh(
    context: CallContext,
    presented: string,
    onlyTenants: readonly string[] | null,
  ): Promise<RefreshedToken> {
    const token = presented.replace(BEARER, '').trim();
    const authenticated = await this.owner(context, token, onlyTenants);
    const request = requestOf(context, token);
    const { client } = authenticated;
    const answer = await this.trail.watch(
      request,
      'oauth.token.issue',
      () => {
        assertUnrotated(authenticated);
        return this.grant.run(request, authenticated);
      },
      client,
    );
    return { token: answer.access_token, expiresAt: decodeJwt(answer.access_token).exp ?? 0 };
  }

  /** Returns the client that a token belongs to, for calls whose tenant is not known yet. */
  private async owner(
    { callerSignal }: CallContext,
    token: string,
    onlyTenants: readonly string[] | null,
  ): Promise<AuthenticatedClient> {
    const hashes = refreshTokenHashes(token);
    const owner = hashes && (await this.families.ownerOf(hashes.handle, callerSignal));
    if (!owner) throw unknownToken();
    const [client, tenant] = await Promise.all([this.clients.find(owner.clientId), this.tenants.find(owner.tenantId)]);
    // The client id might belong to a different tenant by now. In that case, the family does not belong to any app.
    if (tenant?.status !== 'active' || client?.tenantId !== tenant.id) throw unknownToken();
    if (onlyTenants !== null && !onlyTenants.some((name) => name === tenant.id || name === tenant.slug)) {
      throw unknownToken();
    }
    return { client, tenantSlug: tenant.slug };
  }
}

/** Asserts that the app's refresh tokens do not rotate. Errors: `unauthorized_client`, before the token is read or changed. */
function assertUnrotated({ client }: AuthenticatedClient): void {
  if (client.refreshRotation || client.tokenEndpointAuthMethod === 'none') {
    throw new AppError('unauthorized_client', 'use POST /v1/oauth/token');
  }
  if (!client.grantTypes.includes('refresh_token')) {
    throw new AppError('unauthorized_client', 'This app is not allowed to use the refresh_token grant.');
  }
}

/** Returns the request as the app would send it, without client authentication. */
function requestOf(context: CallContext, token: string): OauthRequest {
  return {
    form: { grant_type: 'refresh_token', refresh_token: token },
    authorization: undefined,
    requestId: context.requestId,
    ip: context.ip,
    traceparent: context.traceparent,
  };
}
