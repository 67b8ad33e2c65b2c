import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { ConnectionDomainsPort } from '../contract/connection-domains.port';
import {
  connectionDomain,
  type ConnectionDomain,
  newConnectionDomain,
  type NewConnectionDomain,
} from '../contract/connections.types';

const ADMIN = { scope: 'admin', resourceType: 'connection' };
const ID = { id: 'Id of the connection.' };
const DOMAIN = { ...ID, domain: 'The domain, such as example.com.' };

/** The e-mail domains of connections. */
@ApiTags('connections')
@Controller('api/v1/connections')
@ProxiedToControlPlane('v1/connections')
export class ConnectionDomainsInternalController {
  constructor(private readonly domains: ConnectionDomainsPort) {}

  @Post(':id/domains')
  @Guarded({ ...ADMIN, action: 'connection.domain.add' })
  @Docs({
    summary: 'Add a domain, and get the TXT record that proves control of it',
    status: 201,
    answer: connectionDomain,
    params: ID,
    query: tenantQuery,
    isKeyed: true,
  })
  addConnectionDomain(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: newConnectionDomain }) input: NewConnectionDomain,
  ): Promise<ConnectionDomain> {
    return this.domains.add(context, id, input);
  }

  @Post(':id/domains/:domain/verify')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'connection.domain.verify' })
  @Docs({
    summary: 'Look for the TXT record of a domain now',
    status: 200,
    answer: connectionDomain,
    params: DOMAIN,
    query: tenantQuery,
    isKeyed: true,
    errors: [422],
  })
  verifyConnectionDomain(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('domain') domain: string,
  ): Promise<ConnectionDomain> {
    return this.domains.verify(context, id, domain);
  }

  @Delete(':id/domains/:domain')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'connection.domain.remove' })
  @Docs({ summary: 'Remove a domain from a connection', status: 204, params: DOMAIN, query: tenantQuery })
  removeConnectionDomain(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('domain') domain: string,
  ): Promise<void> {
    return this.domains.remove(context, id, domain);
  }
}
