import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { EntitlementsAdminPort } from '../contract/entitlements-admin.port';
import { newPlan, type NewPlan, plan, type Plan } from '../contract/entitlements-admin.types';
import { tagged } from './stored-headers';

const PLATFORM = { scope: 'platform.admin', resourceType: 'entitlement' };
const NAME = { name: 'Name of the plan.' };

/** The installation's plans, with their features and limits. For platform administrators. */
@ApiTags('entitlements')
@Controller('api/v1/entitlements/plans')
export class PlansInternalController {
  constructor(private readonly entitlements: EntitlementsAdminPort) {}

  @Get()
  @Guarded({ ...PLATFORM, action: 'entitlement.plan.list' })
  @Docs({ summary: 'List plans, by name', status: 200, answer: pageOf(plan), query: pageQuery })
  listPlans(@Caller() context: CallContext, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<Plan>> {
    return this.entitlements.listPlans(context, query);
  }

  @Get(':name')
  @Guarded({ ...PLATFORM, action: 'entitlement.plan.get' })
  @Docs({ summary: 'Get a plan', status: 200, answer: plan, params: NAME })
  async getPlan(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Plan> {
    return tagged(response, await this.entitlements.getPlan(context, name));
  }

  @Put(':name')
  @Guarded({ ...PLATFORM, action: 'entitlement.plan.put' })
  @Docs({
    summary: 'Add or replace a plan; it applies to its tenants immediately',
    status: 200,
    answer: plan,
    params: NAME,
    isConditional: true,
  })
  async putPlan(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: newPlan }) body: NewPlan,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Plan> {
    return tagged(response, await this.entitlements.putPlan(context, name, body, conditionOf(headers)));
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...PLATFORM, action: 'entitlement.plan.delete' })
  @Docs({ summary: 'Delete a plan that no license uses', status: 204, params: NAME, isConditional: true })
  deletePlan(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.entitlements.removePlan(context, name, conditionOf(headers));
  }
}
