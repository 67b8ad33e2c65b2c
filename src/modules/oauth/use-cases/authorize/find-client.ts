import { Injectable } from '@nestjs/common';
import type { Client } from '../../../apps/contract/apps.types';
import { TenantsPort } from '../../../tenants/contract/tenants.port';
import { CliApp } from './cli-app';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/** Finds the client of a request (RFC 6749 §4.1.1). Errors go to the user, because no valid client is known yet. */
@Injectable()
export class FindClient {
  constructor(
    private readonly cliApp: CliApp,
    private readonly tenants: TenantsPort,
  ) {}

  /**
   * Returns the client. Refuses with `invalid_request` if it is missing or unknown, and with `unauthorized_client` if its tenant is
   * suspended.
   */
  async run(parameters: Parameters, requestId: string): Promise<Client> {
    const clientId = parameters.get('client_id');
    if (clientId === undefined) {
      const message = parameters.isRepeated('client_id') ? 'client_id is repeated.' : 'client_id is missing.';
      throw new AuthorizationRefusal('invalid_request', message);
    }
    const client = await this.cliApp.findOrCreate(clientId, requestId);
    if (!client) throw new AuthorizationRefusal('invalid_request', 'No app has this client_id.');
    const tenant = await this.tenants.find(client.tenantId);
    if (tenant?.status !== 'active') {
      throw new AuthorizationRefusal('unauthorized_client', 'The organization of this app is suspended.');
    }
    return client;
  }
}
