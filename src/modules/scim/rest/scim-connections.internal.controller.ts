import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { ScimConnectionsPort } from '../contract/scim-connections.port';
import {
  newScimConnection,
  type NewScimConnection,
  scimConnection,
  type ScimConnection,
  scimConnectionPatch,
  type ScimConnectionPatch,
  scimConnectionQuery,
  scimConnectionWithToken,
  type ScimConnectionWithToken,
  scimTokenRotation,
  type ScimTokenRotation,
} from '../contract/scim-connections.types';

const ADMIN = { scope: 'admin', resourceType: 'scim_connection' };
const ID = { id: 'Id of the connection.' };
const listQuery = scimConnectionQuery.extend(tenantQuery.shape);

/** Identity providers that manage a tenant's users and groups. */
@ApiTags('SCIM')
@Controller('api/v1/scim-connections')
export class ScimConnectionsInternalController {
  constructor(private readonly connections: ScimConnectionsPort) {}

  @Post()
  @Versioned()
  @Guarded({ ...ADMIN, action: 'scim.connection.create' })
  @Docs({
    summary: 'Connect an identity provider; its token is shown only once',
    status: 201,
    answer: scimConnectionWithToken,
    query: tenantQuery,
    isKeyed: true,
  })
  createScimConnection(
    @Caller() context: CallContext,
    @Body({ schema: newScimConnection }) input: NewScimConnection,
  ): Promise<ScimConnectionWithToken> {
    return this.connections.create(context, input);
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'scim.connection.list' })
  @Docs({ summary: 'List connections', status: 200, answer: countedPageOf(scimConnection), query: listQuery })
  listScimConnections(
    @Caller() context: CallContext,
    @Query({ schema: listQuery }) { tenant: _tenant, ...query }: z.infer<typeof listQuery>,
  ): Promise<CountedPage<ScimConnection>> {
    return this.connections.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...ADMIN, action: 'scim.connection.get' })
  @Docs({
    summary: 'Get a connection, without its tokens',
    status: 200,
    answer: scimConnection,
    params: ID,
    query: tenantQuery,
  })
  getScimConnection(@Caller() context: CallContext, @Param('id') id: string): Promise<ScimConnection> {
    return this.connections.get(context, id);
  }

  @Patch(':id')
  @Versioned('If-Match')
  @Guarded({ ...ADMIN, action: 'scim.connection.update' })
  @Docs({ summary: 'Change a connection', status: 200, answer: scimConnection, params: ID, query: tenantQuery })
  updateScimConnection(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: scimConnectionPatch }) patch: ScimConnectionPatch,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<ScimConnection> {
    return this.connections.update(context, id, patch, expected);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Versioned()
  @Guarded({ ...ADMIN, action: 'scim.connection.rotate' })
  @Docs({
    summary: 'Create a new token; the previous token stays valid for a while',
    status: 200,
    answer: scimConnectionWithToken,
    params: ID,
    query: tenantQuery,
    isKeyed: true,
  })
  rotateScimConnectionToken(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: scimTokenRotation.prefault({}) }) rotation: ScimTokenRotation,
  ): Promise<ScimConnectionWithToken> {
    return this.connections.rotate(context, id, rotation);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'scim.connection.delete' })
  @Docs({
    summary: 'Delete a connection: its tokens become invalid, but the users and groups that it created stay',
    status: 204,
    params: ID,
    query: tenantQuery,
    isConditional: true,
  })
  deleteScimConnection(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.connections.remove(context, id, expected);
  }
}
