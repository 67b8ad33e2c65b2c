import { Body, Controller, Get, Headers, HttpCode, Post, Put, Res } from '@nestjs/common';
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
  tokenClaimsReport,
  type TokenClaimsReport,
  tokenClaimsTag,
  tokenClaimsTrial,
  type TokenClaimsTrial,
  tokenPolicy,
  type TokenPolicy,
} from '../contract/token-claims.types';

const ADMIN = { scope: 'admin', resourceType: 'token_claims' };

/** The claims that a tenant adds to the tokens of all its apps. */
@ApiTags('token claims')
@Controller('api/v1/token-claims')
@ProxiedToControlPlane('v1/token-claims')
export class TokenClaimsInternalController {
  constructor(private readonly claims: TokenClaimsPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'token_claims.get' })
  @Docs({
    summary: 'Get the claim rules for all apps',
    status: 200,
    answer: tokenClaims,
    query: tenantQuery,
    isCacheable: true,
  })
  async getTokenClaims(
    @Caller() context: CallContext,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenClaims | undefined> {
    const rules = await this.claims.get(context, null);
    return unlessKnown(response, headers, tokenClaimsTag(rules), rules);
  }

  @Put()
  @Guarded({ ...ADMIN, action: 'token_claims.put' })
  @Docs({
    summary: 'Replace the claim rules for all apps',
    status: 200,
    answer: tokenClaims,
    query: tenantQuery,
    isConditional: true,
  })
  async putTokenClaims(
    @Caller() context: CallContext,
    @Body({ schema: newTokenClaims }) body: NewTokenClaims,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenClaims> {
    const rules = await this.claims.put(context, null, body, conditionOf(headers));
    response.setHeader('ETag', tokenClaimsTag(rules));
    return rules;
  }

  @Get('policy')
  @Guarded({ ...ADMIN, action: 'token_claims.policy.get' })
  @Docs({
    summary: 'Get whether the policy of the tenant decides about tokens',
    status: 200,
    answer: tokenPolicy,
    query: tenantQuery,
  })
  getTokenPolicy(@Caller() context: CallContext): Promise<TokenPolicy> {
    return this.claims.policy(context);
  }

  @Post('try')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'token_claims.try', isRead: true })
  @Docs({
    summary: 'Repeat the most recent issuances of tokens with draft rules or a draft policy, without changing anything',
    status: 200,
    errors: [422],
    answer: tokenClaimsReport,
    query: tenantQuery,
  })
  tryTokenClaims(
    @Caller() context: CallContext,
    @Body({ schema: tokenClaimsTrial }) trial: TokenClaimsTrial,
  ): Promise<TokenClaimsReport> {
    return this.claims.try(context, trial);
  }
}
