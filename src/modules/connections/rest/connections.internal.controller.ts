import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { ConnectionsPort } from '../contract/connections.port';
import {
  connection,
  type Connection,
  connectionCheck,
  type ConnectionCheck,
  connectionPatch,
  type ConnectionPatch,
  connectionQuery,
  newConnection,
  type NewConnection,
} from '../contract/connections.types';

const ADMIN = { scope: 'admin', resourceType: 'connection' };
const ID = { id: 'Id of the connection.' };
const listQuery = connectionQuery.extend(tenantQuery.shape);

/** Identity providers with which the people of a tenant sign in. The backend offers the same operations under `/v1/connections`. */
@ApiTags('connections')
@Controller('api/v1/connections')
@ProxiedToControlPlane('v1/connections')
export class ConnectionsInternalController {
  constructor(private readonly connections: ConnectionsPort) {}

  @Post()
  @Versioned()
  @Guarded({ ...ADMIN, action: 'connection.create' })
  @Docs({
    summary: 'Connect an identity provider for sign-in',
    status: 201,
    answer: connection,
    query: tenantQuery,
    isKeyed: true,
  })
  createConnection(
    @Caller() context: CallContext,
    @Body({ schema: newConnection }) input: NewConnection,
  ): Promise<Connection> {
    return this.connections.create(context, input);
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'connection.list' })
  @Docs({
    summary: 'List connections, without their secrets',
    status: 200,
    answer: countedPageOf(connection),
    query: listQuery,
  })
  listConnections(
    @Caller() context: CallContext,
    @Query({ schema: listQuery }) { tenant: _tenant, ...query }: z.infer<typeof listQuery>,
  ): Promise<CountedPage<Connection>> {
    return this.connections.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'connection.get' })
  @Docs({
    summary: 'Get a connection, without its secret',
    status: 200,
    answer: connection,
    params: ID,
    query: tenantQuery,
  })
  getConnection(@Caller() context: CallContext, @Param('id') id: string): Promise<Connection> {
    return this.connections.get(context, id);
  }

  @Patch(':id')
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'connection.update' })
  @Docs({
    summary: 'Change, disable or enforce a connection',
    status: 200,
    answer: connection,
    params: ID,
    query: tenantQuery,
  })
  updateConnection(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: connectionPatch }) patch: ConnectionPatch,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Connection> {
    return this.connections.update(context, id, patch, expected);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'connection.delete' })
  @Docs({
    summary: 'Delete a connection with its domains and identities; the users stay',
    status: 204,
    params: ID,
    query: tenantQuery,
    isConditional: true,
  })
  deleteConnection(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.connections.remove(context, id, expected);
  }

  @Post(':id/check')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'connection.check' })
  @Docs({
    summary: 'Read the metadata of the provider now, and report problems',
    status: 200,
    answer: connectionCheck,
    params: ID,
    query: tenantQuery,
  })
  checkConnection(@Caller() context: CallContext, @Param('id') id: string): Promise<ConnectionCheck> {
    return this.connections.check(context, id);
  }
}
