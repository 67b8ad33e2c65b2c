import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/api-docs';
import { type Page, pageOf } from '../../../kernel/http/page';
import { Caller, Guarded } from '../../../kernel/http/route-access';
import { tenantPageQuery, tenantQuery, type TenantPageQuery } from '../../../kernel/http/tenant-query';
import { SamlProvidersPort } from '../contract/saml-providers.port';
import {
  newSamlProvider,
  type NewSamlProvider,
  samlProvider,
  type SamlProvider,
  samlProviderPatch,
  type SamlProviderPatch,
} from '../contract/saml-providers.types';

const ADMIN = { scope: 'admin', resourceType: 'saml_provider' };
const ID = { id: 'Id of the identity provider.' };

/** Identity providers whose SAML assertions a tenant believes. */
@ApiTags('SAML providers')
@Controller('api/v1/saml-providers')
export class SamlProvidersControlPlaneController {
  constructor(private readonly providers: SamlProvidersPort) {}

  @Post()
  @Guarded({ ...ADMIN, action: 'saml_provider.create' })
  @Docs({
    summary: 'Register a SAML identity provider',
    status: 201,
    answer: samlProvider,
    query: tenantQuery,
    isKeyed: true,
  })
  create(
    @Caller() context: CallContext,
    @Body({ schema: newSamlProvider }) input: NewSamlProvider,
  ): Promise<SamlProvider> {
    return this.providers.create(context, input);
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'saml_provider.list' })
  @Docs({
    summary: 'List SAML identity providers, oldest first',
    status: 200,
    answer: pageOf(samlProvider),
    query: tenantPageQuery,
  })
  list(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<SamlProvider>> {
    return this.providers.list(context, query);
  }

  @Get(':id')
  @Guarded({ ...ADMIN, action: 'saml_provider.get' })
  @Docs({ summary: 'Get a SAML identity provider', status: 200, answer: samlProvider, params: ID, query: tenantQuery })
  get(@Caller() context: CallContext, @Param('id') id: string): Promise<SamlProvider> {
    return this.providers.get(context, id);
  }

  @Patch(':id')
  @Guarded({ ...ADMIN, action: 'saml_provider.update' })
  @Docs({
    summary: 'Change a SAML identity provider',
    status: 200,
    answer: samlProvider,
    params: ID,
    query: tenantQuery,
  })
  update(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: samlProviderPatch }) patch: SamlProviderPatch,
  ): Promise<SamlProvider> {
    return this.providers.update(context, id, patch);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'saml_provider.delete' })
  @Docs({ summary: 'Delete a SAML identity provider', status: 204, params: ID, query: tenantQuery })
  remove(@Caller() context: CallContext, @Param('id') id: string): Promise<void> {
    return this.providers.remove(context, id);
  }
}
