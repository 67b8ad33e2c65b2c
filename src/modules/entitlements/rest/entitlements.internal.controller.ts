import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, type TenantPageQuery, tenantQuery } from '../../../kernel/http/input/tenant-query';
import { EntitlementsAdminPort } from '../contract/entitlements-admin.port';
import {
  entitlementView,
  type EntitlementView,
  license,
  type License,
  newLicense,
  type NewLicense,
  newOverride,
  type NewOverride,
  override,
  type Override,
  tenantEntitlements,
  type TenantEntitlements,
} from '../contract/entitlements-admin.types';
import { tagged } from './stored-headers';

/** The access rule for reads; writes also require a platform administrator. */
const ADMIN = { scope: 'admin', resourceType: 'entitlement' };
const KEY = { key: 'Key of a feature or a limit.' };

type TenantQuery = z.infer<typeof tenantQuery>;

/**
 * A tenant's entitlements. The tenant's administrators can read them. Only platform administrators can write the license and overrides,
 * because otherwise a tenant could grant itself anything.
 */
@ApiTags('entitlements')
@Controller('api/v1/entitlements')
export class EntitlementsInternalController {
  constructor(private readonly entitlements: EntitlementsAdminPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'entitlement.list' })
  @Docs({
    summary: 'Get the current entitlements of a tenant from its plan and overrides',
    status: 200,
    answer: tenantEntitlements,
    query: tenantQuery,
  })
  listEntitlements(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
  ): Promise<TenantEntitlements> {
    return this.entitlements.overview(context);
  }

  @Get('licence')
  @Guarded({ ...ADMIN, action: 'entitlement.licence.get' })
  @Docs({ summary: 'Get the license of a tenant', status: 200, answer: license, query: tenantQuery })
  async getLicense(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<License> {
    return tagged(response, await this.entitlements.getLicense(context));
  }

  @Put('licence')
  @Guarded({ ...ADMIN, action: 'entitlement.licence.put' })
  @Docs({
    summary: 'Set the license of a tenant: a different plan, or an expiry for its plan',
    status: 200,
    answer: license,
    query: tenantQuery,
    isConditional: true,
  })
  async putLicense(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: newLicense }) body: NewLicense,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<License> {
    return tagged(response, await this.entitlements.putLicense(context, body, conditionOf(headers)));
  }

  @Delete('licence')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'entitlement.licence.delete' })
  @Docs({
    summary: 'Delete the license. The plan with which the tenant was created applies again',
    status: 204,
    query: tenantQuery,
    isConditional: true,
  })
  deleteLicense(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.entitlements.removeLicense(context, conditionOf(headers));
  }

  @Get('overrides')
  @Guarded({ ...ADMIN, action: 'entitlement.override.list' })
  @Docs({ summary: 'List overrides, by key', status: 200, answer: pageOf(override), query: tenantPageQuery })
  listEntitlementOverrides(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) { tenant: _tenant, ...query }: TenantPageQuery,
  ): Promise<Page<Override>> {
    return this.entitlements.listOverrides(context, query);
  }

  @Get('overrides/:key')
  @Guarded({ ...ADMIN, action: 'entitlement.override.get' })
  @Docs({ summary: 'Get an override', status: 200, answer: override, params: KEY, query: tenantQuery })
  async getEntitlementOverride(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Override> {
    return tagged(response, await this.entitlements.getOverride(context, key));
  }

  @Put('overrides/:key')
  @Guarded({ ...ADMIN, action: 'entitlement.override.put' })
  @Docs({
    summary: 'Grant or deny a tenant an entitlement regardless of its plan, optionally for a limited time',
    status: 200,
    answer: override,
    params: KEY,
    query: tenantQuery,
    isConditional: true,
  })
  async putEntitlementOverride(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Body({ schema: newOverride }) body: NewOverride,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Override> {
    return tagged(response, await this.entitlements.putOverride(context, key, body, conditionOf(headers)));
  }

  @Delete('overrides/:key')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'entitlement.override.delete' })
  @Docs({
    summary: 'Delete an override. The plan applies again',
    status: 204,
    params: KEY,
    query: tenantQuery,
    isConditional: true,
  })
  deleteEntitlementOverride(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.entitlements.removeOverride(context, key, conditionOf(headers));
  }

  @Get('keys/:key')
  @Guarded({ ...ADMIN, action: 'entitlement.get' })
  @Docs({
    summary: 'Get the current entitlement of a tenant for a key, as in CheckEntitlement. Unknown keys are not an error',
    status: 200,
    answer: entitlementView,
    params: KEY,
    query: tenantQuery,
  })
  getEntitlement(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
  ): Promise<EntitlementView> {
    return this.entitlements.entitlement(context, key);
  }
}
