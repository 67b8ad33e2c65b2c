import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { RateLimitRulesPort } from '../contract/rate-limit-rules.port';
import {
  newPlanRateLimitRule,
  type NewPlanRateLimitRule,
  planRateLimitRule,
  type PlanRateLimitRule,
} from '../contract/rate-limit-rules.types';
import { tagged } from './rule-headers';

const PLATFORM = { scope: 'platform.admin', resourceType: 'rate_limit' };
const NAME = { name: 'Name of the rule.' };

/** The rate limits of plans, which apply to all their tenants in addition to the tenants' own limits; for platform administrators. */
@ApiTags('rate limits')
@Controller('api/v1/rate-limits/plans')
export class PlanRateLimitsInternalController {
  constructor(private readonly rules: RateLimitRulesPort) {}

  @Get()
  @Guarded({ ...PLATFORM, action: 'rate_limit.plan.list' })
  @Docs({
    summary: 'List the rate limits of plans, by name',
    status: 200,
    answer: pageOf(planRateLimitRule),
    query: pageQuery,
  })
  listPlanRateLimits(
    @Caller() context: CallContext,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<PlanRateLimitRule>> {
    return this.rules.listPlans(context, query);
  }

  @Get(':name')
  @Guarded({ ...PLATFORM, action: 'rate_limit.plan.get' })
  @Docs({ summary: 'Get a rate limit of a plan', status: 200, answer: planRateLimitRule, params: NAME })
  async getPlanRateLimit(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PlanRateLimitRule> {
    return tagged(response, await this.rules.getPlan(context, name));
  }

  @Put(':name')
  @Guarded({ ...PLATFORM, action: 'rate_limit.plan.put' })
  @Docs({
    summary: 'Add or replace a rate limit of a plan',
    status: 200,
    answer: planRateLimitRule,
    params: NAME,
    isConditional: true,
  })
  async putPlanRateLimit(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: newPlanRateLimitRule }) rule: NewPlanRateLimitRule,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PlanRateLimitRule> {
    return tagged(response, await this.rules.putPlan(context, name, rule, conditionOf(headers)));
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...PLATFORM, action: 'rate_limit.plan.delete' })
  @Docs({ summary: 'Delete a rate limit of a plan', status: 204, params: NAME, isConditional: true })
  deletePlanRateLimit(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.rules.removePlan(context, name, conditionOf(headers));
  }
}
