import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, tenantQuery, type TenantPageQuery } from '../../../kernel/http/input/tenant-query';
import { ScopesPort } from '../contract/scopes.port';
import { newScope, type NewScope, scope, type Scope } from '../contract/scopes.types';

const ADMIN = { scope: 'admin', resourceType: 'scope' };

/** A tenant's own scopes, in addition to the platform's. */
@ApiTags('scopes')
@Controller('api/v1/scopes')
export class ScopesInternalController {
  constructor(private readonly scopes: ScopesPort) {}

  @Post()
  @Guarded({ ...ADMIN, action: 'scope.create' })
  @Docs({ summary: 'Create a custom scope', status: 201, answer: scope, query: tenantQuery, isKeyed: true })
  createScope(@Caller() context: CallContext, @Body({ schema: newScope }) input: NewScope): Promise<Scope> {
    return this.scopes.create(context, input);
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'scope.list' })
  @Docs({ summary: 'List scopes', status: 200, answer: pageOf(scope), query: tenantPageQuery })
  listScopes(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<Scope>> {
    return this.scopes.list(context, query);
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'scope.delete' })
  @Docs({ summary: 'Delete a custom scope', status: 204, params: { name: 'Name of the scope.' }, query: tenantQuery })
  deleteScope(@Caller() context: CallContext, @Param('name') name: string): Promise<void> {
    return this.scopes.remove(context, name);
  }
}
