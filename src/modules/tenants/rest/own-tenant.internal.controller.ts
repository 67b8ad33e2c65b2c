import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { TenantsPort } from '../contract/tenants.port';
import { ownTenantPatch, type OwnTenantPatch, tenant, type Tenant } from '../contract/tenants.types';

/** The caller's own tenant: every caller in the tenant can read it, and its administrators can change it. */
@ApiTags('tenants')
@Controller('api/v1/tenants/current')
@ProxiedToControlPlane('v1/tenants/current')
export class OwnTenantInternalController {
  constructor(private readonly tenants: TenantsPort) {}

  @Get()
  @Guarded({ scope: '', action: 'tenant.current.get', resourceType: 'tenant' })
  @Docs({ summary: 'Get the tenant of the token', status: 200, answer: tenant, query: tenantQuery })
  async getOwnTenant(@Caller() context: CallContext, @Query({ schema: tenantQuery }) _query: unknown): Promise<Tenant> {
    const own = await this.tenants.find(requireTenant(context));
    if (!own) throw new AppError('not_found', 'There is no such tenant.');
    return own;
  }

  @Patch()
  @Guarded({ scope: 'admin', action: 'tenant.current.update', resourceType: 'tenant' })
  @Docs({
    summary: 'Change name, logo, color or settings of your own tenant',
    status: 200,
    answer: tenant,
    query: tenantQuery,
  })
  updateOwnTenant(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: unknown,
    @Body({ schema: ownTenantPatch }) patch: OwnTenantPatch,
  ): Promise<Tenant> {
    return this.tenants.updateOwn(context, patch);
  }
}
