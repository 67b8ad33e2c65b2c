import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, tenantQuery, type TenantPageQuery } from '../../../kernel/http/input/tenant-query';
import { SamlProvidersPort } from '../contract/saml-providers.port';
import {
  newSamlProvider,
  type NewSamlProvider,
  samlProvider,
  type SamlProvider,
  samlProviderEntityTag,
  samlProviderPatch,
  type SamlProviderPatch,
} from '../contract/saml-providers.types';

const ADMIN = { scope: 'admin', resourceType: 'saml_provider' };
const ID = { id: 'Id of the identity provider.' };

/** Identity providers whose SAML assertions a tenant trusts. */
@ApiTags('SAML providers')
@Controller('api/v1/saml-providers')
export class SamlProvidersInternalController {
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
  async createSamlProvider(
    @Caller() context: CallContext,
    @Body({ schema: newSamlProvider }) input: NewSamlProvider,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SamlProvider> {
    return tagged(response, await this.providers.create(context, input));
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'saml_provider.list' })
  @Docs({
    summary: 'List SAML identity providers, oldest first',
    status: 200,
    answer: pageOf(samlProvider),
    query: tenantPageQuery,
  })
  listSamlProviders(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<SamlProvider>> {
    return this.providers.list(context, query);
  }

  @Get(':id')
  @Guarded({ ...ADMIN, action: 'saml_provider.get' })
  @Docs({
    summary: 'Get a SAML identity provider',
    status: 200,
    answer: samlProvider,
    params: ID,
    query: tenantQuery,
    isCacheable: true,
  })
  async getSamlProvider(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SamlProvider | undefined> {
    const provider = await this.providers.get(context, id);
    return unlessKnown(response, headers, samlProviderEntityTag(provider), provider);
  }

  @Patch(':id')
  @Guarded({ ...ADMIN, action: 'saml_provider.update' })
  @Docs({
    summary: 'Change a SAML identity provider',
    isConditional: true,
    status: 200,
    answer: samlProvider,
    params: ID,
    query: tenantQuery,
  })
  async updateSamlProvider(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: samlProviderPatch }) patch: SamlProviderPatch,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SamlProvider> {
    return tagged(response, await this.providers.update(context, id, patch, conditionOf(headers)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'saml_provider.delete' })
  @Docs({
    summary: 'Delete a SAML identity provider',
    status: 204,
    params: ID,
    query: tenantQuery,
    isConditional: true,
  })
  deleteSamlProvider(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.providers.remove(context, id, conditionOf(headers));
  }
}

function tagged(response: Response, provider: SamlProvider): SamlProvider {
  response.setHeader('ETag', samlProviderEntityTag(provider));
  return provider;
}
