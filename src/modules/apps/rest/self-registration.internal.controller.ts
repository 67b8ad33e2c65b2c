import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { SelfRegistrationAdminPort } from '../contract/self-registration-admin.port';
import {
  initialToken,
  type InitialToken,
  initialTokenQuery,
  initialTokenWithSecret,
  type InitialTokenWithSecret,
  newInitialToken,
  type NewInitialToken,
  selfRegistration,
  type SelfRegistration,
  selfRegistrationOrder,
  type SelfRegistrationOrder,
} from '../contract/self-registration.types';

const ADMIN = { scope: 'admin', resourceType: 'client_registration' };
const listQuery = initialTokenQuery.extend(tenantQuery.shape);

/**
 * Reads and changes the setting that lets a tenant's apps register themselves. The backend offers the same operations under
 * `/v1/oauth/client-registration`.
 */
@ApiTags('apps')
@Controller('api/v1/client-registration')
@ProxiedToControlPlane('v1/oauth/client-registration')
export class SelfRegistrationInternalController {
  constructor(private readonly registration: SelfRegistrationAdminPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'client_registration.get' })
  @Docs({
    summary: 'Get whether apps can register themselves',
    status: 200,
    answer: selfRegistration,
    query: tenantQuery,
  })
  getSelfRegistration(@Caller() context: CallContext): Promise<SelfRegistration> {
    return this.registration.get(context);
  }

  @Put()
  @Guarded({ ...ADMIN, action: 'client_registration.set' })
  @Docs({
    summary: 'Enable or disable self-registration of apps with an initial access token',
    status: 200,
    answer: selfRegistration,
    query: tenantQuery,
  })
  setSelfRegistration(
    @Caller() context: CallContext,
    @Body({ schema: selfRegistrationOrder }) order: SelfRegistrationOrder,
  ): Promise<SelfRegistration> {
    return this.registration.set(context, order);
  }

  @Post('tokens')
  @Guarded({ ...ADMIN, action: 'client_registration.token.create' })
  @Docs({
    summary: 'Create an initial access token; it is shown only once',
    status: 201,
    answer: initialTokenWithSecret,
    query: tenantQuery,
    isKeyed: true,
  })
  createInitialAccessToken(
    @Caller() context: CallContext,
    @Body({ schema: newInitialToken }) input: NewInitialToken,
  ): Promise<InitialTokenWithSecret> {
    return this.registration.createToken(context, input);
  }

  @Get('tokens')
  @Guarded({ ...ADMIN, action: 'client_registration.token.list' })
  @Docs({
    summary: 'List initial access tokens',
    status: 200,
    answer: countedPageOf(initialToken),
    query: listQuery,
  })
  listInitialAccessTokens(
    @Caller() context: CallContext,
    @Query({ schema: listQuery }) { tenant: _tenant, ...query }: z.infer<typeof listQuery>,
  ): Promise<CountedPage<InitialToken>> {
    return this.registration.listTokens(context, query);
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'client_registration.token.delete' })
  @Docs({
    summary: 'Delete an initial access token; apps that registered with it stay',
    status: 204,
    params: { id: 'Id of the token.' },
    query: tenantQuery,
  })
  deleteInitialAccessToken(@Caller() context: CallContext, @Param('id') id: string): Promise<void> {
    return this.registration.removeToken(context, id);
  }
}
