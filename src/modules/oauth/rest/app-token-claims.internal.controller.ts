import { Body, Controller, Get, Headers, Param, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { TokenClaimsPort } from '../contract/token-claims.port';
import {
  newTokenClaims,
  type NewTokenClaims,
  tokenClaims,
  type TokenClaims,
  tokenClaimsTag,
} from '../contract/token-claims.types';

const ADMIN = { scope: 'admin', resourceType: 'token_claims' };
const APP = { appId: 'The client id of the app.' };

/** The claims that a tenant adds to the tokens of one app. They replace claims of the same name from the rules for all apps. */
@ApiTags('token claims')
@Controller('api/v1/apps')
@ProxiedToControlPlane('v1/apps')
export class AppTokenClaimsInternalController {
  constructor(private readonly claims: TokenClaimsPort) {}

  @Get(':appId/token-claims')
  @Guarded({ ...ADMIN, action: 'token_claims.app.get' })
  @Docs({
    summary: 'Get the claim rules for one app',
    status: 200,
    answer: tokenClaims,
    params: APP,
    query: tenantQuery,
    isCacheable: true,
  })
  async getAppTokenClaims(
    @Caller() context: CallContext,
    @Param('appId') appId: string,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenClaims | undefined> {
    const rules = await this.claims.get(context, appId);
    return unlessKnown(response, headers, tokenClaimsTag(rules), rules);
  }

  @Put(':appId/token-claims')
  @Guarded({ ...ADMIN, action: 'token_claims.app.put' })
  @Docs({
    summary: 'Replace the claim rules for one app',
    status: 200,
    answer: tokenClaims,
    params: APP,
    query: tenantQuery,
    isConditional: true,
  })
  async putAppTokenClaims(
    @Caller() context: CallContext,
    @Param('appId') appId: string,
    @Body({ schema: newTokenClaims }) body: NewTokenClaims,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenClaims> {
    const rules = await this.claims.put(context, appId, body, conditionOf(headers));
    response.setHeader('ETag', tokenClaimsTag(rules));
    return rules;
  }
}
