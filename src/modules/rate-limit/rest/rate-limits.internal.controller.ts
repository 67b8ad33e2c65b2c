import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, type TenantPageQuery, tenantQuery } from '../../../kernel/http/input/tenant-query';
import { RateLimitRulesPort } from '../contract/rate-limit-rules.port';
import {
  newRateLimitRule,
  type NewRateLimitRule,
  rateLimitRule,
  type RateLimitRule,
} from '../contract/rate-limit-rules.types';
import { tagged } from './rule-headers';

const ADMIN = { scope: 'admin', resourceType: 'rate_limit' };
const NAME = { name: 'Name of the rule.' };

/** A tenant's rate limits. */
@ApiTags('rate limits')
@Controller('api/v1/rate-limits')
export class RateLimitsInternalController {
  constructor(private readonly rules: RateLimitRulesPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'rate_limit.list' })
  @Docs({ summary: 'List rate limits, by name', status: 200, answer: pageOf(rateLimitRule), query: tenantPageQuery })
  listRateLimits(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<RateLimitRule>> {
    return this.rules.list(context, query);
  }

  @Get(':name')
  @Guarded({ ...ADMIN, action: 'rate_limit.get' })
  @Docs({ summary: 'Get a rate limit', status: 200, answer: rateLimitRule, params: NAME, query: tenantQuery })
  async getRateLimit(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RateLimitRule> {
    return tagged(response, await this.rules.get(context, name));
  }

  @Put(':name')
  @Guarded({ ...ADMIN, action: 'rate_limit.put' })
  @Docs({
    summary: 'Add or replace a rate limit',
    status: 200,
    answer: rateLimitRule,
    params: NAME,
    query: tenantQuery,
    isConditional: true,
  })
  async putRateLimit(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: newRateLimitRule }) rule: NewRateLimitRule,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RateLimitRule> {
    return tagged(response, await this.rules.put(context, name, rule, conditionOf(headers)));
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'rate_limit.delete' })
  @Docs({ summary: 'Delete a rate limit', status: 204, params: NAME, query: tenantQuery, isConditional: true })
  deleteRateLimit(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.rules.remove(context, name, conditionOf(headers));
  }
}
