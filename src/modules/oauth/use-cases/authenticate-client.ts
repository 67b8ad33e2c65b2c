import { Injectable } from '@nestjs/common';
import type { Client } from '../../apps/contract/apps.types';
import { ClientsPort } from '../../apps/contract/clients.port';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import type { OauthRequest } from '../contract/oauth.types';
import { invalidClient } from '../domain/basic-credentials';
import { ClientAssertion } from './client-assertion';
import { type ClientProof, missingProof, readClientProof } from './client-proof';

/** An authenticated client, or a public client, which cannot authenticate. Includes its tenant's slug for the token. */
export interface AuthenticatedClient {
  readonly client: Client;
  readonly tenantSlug: string;
}

/** Authenticates clients at the OAuth endpoints (RFC 6749 §2.3). Accepts only the method that the app is registered with. */
@Injectable()
export class AuthenticateClient {
  constructor(
    private readonly clients: ClientsPort,
    private readonly tenants: TenantsPort,
    private readonly assertion: ClientAssertion,
  ) {}

  /** Authenticates the client. Errors: `invalid_client` with the same message for every reason, `invalid_request` for two methods. */
  async run(request: OauthRequest): Promise<AuthenticatedClient> {
    const proof = readClientProof(request);
    const client = await this.prove(proof);
    const tenant = client && (await this.tenants.find(client.tenantId));
    if (client && tenant?.status === 'active') return { client, tenantSlug: tenant.slug };
    throw proof.by === 'name' ? missingProof() : invalidClient(proof.by === 'secret' && proof.byHeader);
  }

  private async prove(proof: ClientProof): Promise<Client | null> {
    if (proof.by === 'secret') {
      const client = await this.clients.authenticate(proof.clientId, proof.clientSecret);
      // RFC 7591 §2: only the registered method is accepted, even if the secret is correct.
      return client?.tokenEndpointAuthMethod === (proof.byHeader ? 'client_secret_basic' : 'client_secret_post')
        ? client
        : null;
    }
    if (proof.by === 'assertion') return this.assertion.verify(proof.clientId, proof.assertion);
    const client = await this.clients.find(proof.clientId);
    return client?.tokenEndpointAuthMethod === 'none' ? client : null;
  }
}
