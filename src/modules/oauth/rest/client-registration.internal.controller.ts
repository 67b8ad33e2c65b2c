import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiSecurity, ApiTags } from '../../../kernel/http/openapi/open-api';
import { requestState } from '../../../kernel/http/request-state';
import { bearerToken, PublicRoute } from '../../../kernel/http/routes/route-access';
import { oauthErrors } from '../../../kernel/http/errors/error-shape';
import { EntryLimit, Errors, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { ClientRegistrationPort, type RegistrationCall } from '../contract/client-registration.port';
import {
  clientInformation,
  type ClientInformation,
  clientMetadata,
  type ClientMetadata,
} from '../contract/client-registration.types';

const ID = { id: 'The client id.' };

/**
 * Endpoints where apps register themselves (RFC 7591) and manage their registration (RFC 7592). Each operation uses its own kind of bearer
 * token.
 */
@ApiTags('oauth')
@ApiSecurity('registration')
@Controller('oauth/register')
@ProxiedToControlPlane('v1/oauth/register')
@EntryLimit('requests')
@Errors(oauthErrors)
export class ClientRegistrationInternalController {
  constructor(private readonly registrations: ClientRegistrationPort) {}

  @Post()
  @PublicRoute()
  @Docs({ summary: 'Register an app with an initial access token (RFC 7591)', status: 201, answer: clientInformation })
  registerClient(
    @Req() request: Request,
    @Body({ schema: clientMetadata }) metadata: ClientMetadata,
  ): Promise<ClientInformation> {
    return this.registrations.register(callOf(request), metadata);
  }

  @Get(':id')
  @PublicRoute()
  @Docs({ summary: 'Get the registration of an app (RFC 7592)', status: 200, answer: clientInformation, params: ID })
  readClient(@Req() request: Request, @Param('id') id: string): Promise<ClientInformation> {
    return this.registrations.read(callOf(request), id);
  }

  @Put(':id')
  @PublicRoute()
  @Docs({ summary: 'Replace the registration of an app', status: 200, answer: clientInformation, params: ID })
  replaceClient(
    @Req() request: Request,
    @Param('id') id: string,
    @Body({ schema: clientMetadata }) metadata: ClientMetadata,
  ): Promise<ClientInformation> {
    return this.registrations.replace(callOf(request), id, metadata);
  }

  @Delete(':id')
  @HttpCode(204)
  @PublicRoute()
  @Docs({ summary: 'Delete an app and revoke all its tokens and grants', status: 204, params: ID })
  deleteClient(@Req() request: Request, @Param('id') id: string): Promise<void> {
    return this.registrations.remove(callOf(request), id);
  }
}

function callOf(request: Request): RegistrationCall {
  const { requestId, ip, traceparent } = requestState(request);
  return { token: bearerToken(request) ?? '', requestId, ip, traceparent };
}
