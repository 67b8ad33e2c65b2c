import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { IsolationPort, isolationReport, type IsolationReport } from '../contract/isolation.port';
import { TenantsPort } from '../contract/tenants.port';
import {
  newTenant,
  type NewTenant,
  tenant,
  type Tenant,
  tenantPatch,
  type TenantPatch,
} from '../contract/tenants.types';

const PLATFORM = { scope: 'platform.admin', resourceType: 'tenant' };
/** Access rule for the tenant that is named in the path. */
const ONE = { ...PLATFORM, tenantParam: 'id' };
const ID = { id: 'Id or slug of the tenant.' };

/** Path of the routes that the public surface offers. */
const PUBLIC = 'v1/tenants';

/** Tenants, for platform administrators. */
@ApiTags('tenants')
@Controller('api/v1/tenants')
export class TenantsInternalController {
  constructor(
    private readonly tenants: TenantsPort,
    private readonly isolation: IsolationPort,
  ) {}

  @Post()
  @ProxiedToControlPlane(PUBLIC)
  @Guarded({ ...PLATFORM, action: 'tenant.create' })
  @Docs({ summary: 'Create a tenant', status: 201, answer: tenant, isKeyed: true })
  createTenant(@Caller() context: CallContext, @Body({ schema: newTenant }) input: NewTenant): Promise<Tenant> {
    return this.tenants.create(context, input);
  }

  @Get()
  @ProxiedToControlPlane(PUBLIC)
  @Guarded({ ...PLATFORM, action: 'tenant.list' })
  @Docs({ summary: 'List tenants, oldest first', status: 200, answer: pageOf(tenant), query: pageQuery })
  listTenants(@Caller() context: CallContext, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<Tenant>> {
    return this.tenants.list(context, query);
  }

  @Get(':id')
  @ProxiedToControlPlane(PUBLIC)
  @Guarded({ ...ONE, action: 'tenant.get' })
  @Docs({ summary: 'Get a tenant', status: 200, answer: tenant, params: ID })
  async getTenant(@Param('id') id: string): Promise<Tenant> {
    const found = await this.tenants.find(id);
    if (!found) throw new AppError('not_found', 'There is no such tenant.');
    return found;
  }

  @Get(':id/isolation')
  @Guarded({ ...ONE, action: 'tenant.isolation' })
  @Docs({ summary: 'Check the isolation of a tenant now', status: 200, answer: isolationReport, params: ID })
  checkTenantIsolation(@Caller() context: CallContext, @Param('id') id: string): Promise<IsolationReport> {
    return this.isolation.check(context, id);
  }

  @Patch(':id')
  @ProxiedToControlPlane(PUBLIC)
  @Guarded({ ...ONE, action: 'tenant.update' })
  @Docs({ summary: 'Change a tenant', status: 200, answer: tenant, params: ID })
  updateTenant(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: tenantPatch }) patch: TenantPatch,
  ): Promise<Tenant> {
    return this.tenants.update(context, id, patch);
  }

  @Post(':id/suspend')
  @ProxiedToControlPlane(PUBLIC)
  @HttpCode(200)
  @Guarded({ ...ONE, action: 'tenant.suspend' })
  @Docs({
    summary: 'Suspend a tenant: all its tokens are refused',
    status: 200,
    answer: tenant,
    params: ID,
    isKeyed: true,
  })
  suspendTenant(@Caller() context: CallContext, @Param('id') id: string): Promise<Tenant> {
    return this.tenants.setStatus(context, id, 'suspended');
  }

  @Post(':id/activate')
  @ProxiedToControlPlane(PUBLIC)
  @HttpCode(200)
  @Guarded({ ...ONE, action: 'tenant.activate' })
  @Docs({ summary: 'Activate a suspended tenant', status: 200, answer: tenant, params: ID, isKeyed: true })
  activateTenant(@Caller() context: CallContext, @Param('id') id: string): Promise<Tenant> {
    return this.tenants.setStatus(context, id, 'active');
  }
}
