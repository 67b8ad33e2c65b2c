import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import type { Client } from '../../apps/contract/apps.types';
import { ClientsPort } from '../../apps/contract/clients.port';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import type { OauthRequest } from '../contract/oauth.types';
import { BASIC_CHALLENGE, type ClientCredentials, invalidClient, parseBasic } from '../domain/basic-credentials';
import { formParameter } from './form-parameter';

/** A client that proved itself, with its tenant's slug for the token. */
export interface AuthenticatedClient {
  readonly client: Client;
  readonly tenantSlug: string;
}

/** Client authentication at the OAuth endpoints (RFC 6749 §2.3.1): by header or by form, never both. */
@Injectable()
export class AuthenticateClient {
  constructor(
    private readonly clients: ClientsPort,
    private readonly tenants: TenantsPort,
  ) {}

  /** Errors: `invalid_client` in the same words for every reason, `invalid_request` for two methods at once. */
  async run(request: OauthRequest): Promise<AuthenticatedClient> {
    const credentials = readCredentials(request);
    const client = await this.clients.authenticate(credentials.clientId, credentials.clientSecret);
    const tenant = client && (await this.tenants.find(client.tenantId));
    if (!client || tenant?.status !== 'active') throw invalidClient(credentials.byHeader);
    return { client, tenantSlug: tenant.slug };
  }
}

/** The client id that a request claims, for the record; empty when there is none. */
export function claimedClientId(request: OauthRequest): string {
  try {
    return readCredentials(request).clientId;
  } catch {
    return '';
  }
}

function readCredentials(request: OauthRequest): ClientCredentials {
  const secret = formParameter(request, 'client_secret');
  const clientId = formParameter(request, 'client_id');
  if (request.authorization !== undefined) {
    const basic = parseBasic(request.authorization);
    if (!basic) throw invalidClient(true);
    if (secret !== undefined) {
      throw new AppError('invalid_request', 'Authenticate by header or by form, not by both (RFC 6749 §2.3).');
    }
    if (clientId !== undefined && clientId !== basic.clientId) {
      throw new AppError('invalid_request', 'client_id is not the client of the Authorization header.');
    }
    return basic;
  }
  if (clientId === undefined || secret === undefined) {
    throw new AppError('invalid_client', 'Client authentication is missing.', { headers: BASIC_CHALLENGE });
  }
  return { clientId, clientSecret: secret, byHeader: false };
}
