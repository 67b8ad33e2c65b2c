import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, type TenantPageQuery, tenantQuery } from '../../../kernel/http/input/tenant-query';
import { SecretAccessPort } from '../contract/secret-access.port';
import {
  newSecretBundle,
  type NewSecretBundle,
  newSecretGrant,
  type NewSecretGrant,
  secretBundle,
  type SecretBundle,
  secretGrant,
  type SecretGrant,
} from '../contract/secret-access.types';

const BUNDLE_ADMIN = { scope: 'admin', resourceType: 'secret_bundle' };
const GRANT_ADMIN = { scope: 'admin', resourceType: 'secret_grant' };
const NAME = { name: 'Name of the bundle.' };
const ID = { id: 'Id of the grant.' };

type TenantQuery = z.infer<typeof tenantQuery>;

/** Bundles of secrets, and grants, which determine who can resolve which secrets. */
@ApiTags('secrets')
@Controller('api/v1/secrets')
export class SecretAccessInternalController {
  constructor(private readonly access: SecretAccessPort) {}

  @Get('bundles')
  @Guarded({ ...BUNDLE_ADMIN, action: 'secret_bundle.list' })
  @Docs({ summary: 'List bundles by name', status: 200, answer: pageOf(secretBundle), query: tenantPageQuery })
  listSecretBundles(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<SecretBundle>> {
    return this.access.listBundles(context, query);
  }

  @Get('bundles/:name')
  @Guarded({ ...BUNDLE_ADMIN, action: 'secret_bundle.get' })
  @Docs({
    summary: 'Get a bundle',
    status: 200,
    answer: secretBundle,
    params: NAME,
    query: tenantQuery,
    isCacheable: true,
  })
  async getSecretBundle(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SecretBundle | undefined> {
    const found = await this.access.getBundle(context, name);
    return unlessKnown(response, headers, found.entityTag, found.bundle);
  }

  @Put('bundles/:name')
  @Guarded({ ...BUNDLE_ADMIN, action: 'secret_bundle.set' })
  @Docs({
    summary: 'Create or replace a bundle',
    status: 200,
    answer: secretBundle,
    params: NAME,
    query: tenantQuery,
    isConditional: true,
  })
  async putSecretBundle(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: newSecretBundle }) body: NewSecretBundle,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SecretBundle> {
    const put = await this.access.putBundle(context, name, body, conditionOf(headers));
    response.setHeader('ETag', put.entityTag);
    return put.bundle;
  }

  @Delete('bundles/:name')
  @HttpCode(204)
  @Guarded({ ...BUNDLE_ADMIN, action: 'secret_bundle.delete' })
  @Docs({
    summary: 'Delete a bundle and its grants',
    status: 204,
    params: NAME,
    query: tenantQuery,
    isConditional: true,
  })
  deleteSecretBundle(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.access.removeBundle(context, name, conditionOf(headers));
  }

  @Get('grants')
  @Guarded({ ...GRANT_ADMIN, action: 'secret_grant.list' })
  @Docs({ summary: 'List grants, oldest first', status: 200, answer: pageOf(secretGrant), query: tenantPageQuery })
  listSecretGrants(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<SecretGrant>> {
    return this.access.listGrants(context, query);
  }

  @Post('grants')
  @Guarded({ ...GRANT_ADMIN, action: 'secret_grant.add' })
  @Docs({
    summary: 'Allow a user, group or application to resolve a bundle or a path at a provider',
    status: 201,
    answer: secretGrant,
    query: tenantQuery,
    isKeyed: true,
  })
  createSecretGrant(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: newSecretGrant }) body: NewSecretGrant,
  ): Promise<SecretGrant> {
    return this.access.grant(context, body);
  }

  @Get('grants/:id')
  @Guarded({ ...GRANT_ADMIN, action: 'secret_grant.get' })
  @Docs({ summary: 'Get a grant', status: 200, answer: secretGrant, params: ID, query: tenantQuery })
  getSecretGrant(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
  ): Promise<SecretGrant> {
    return this.access.getGrant(context, id);
  }

  @Delete('grants/:id')
  @HttpCode(204)
  @Guarded({ ...GRANT_ADMIN, action: 'secret_grant.revoke' })
  @Docs({ summary: 'Revoke a grant, effective everywhere', status: 204, params: ID, query: tenantQuery })
  revokeSecretGrant(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
  ): Promise<void> {
    return this.access.revokeGrant(context, id);
  }
}
