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
import { SecretStorePort } from '../contract/secret-store.port';
import {
  destroyOrder,
  type DestroyOrder,
  newSecretVersion,
  type NewSecretVersion,
  secret,
  type Secret,
  secretVersion,
  type SecretVersion,
  type TaggedSecret,
} from '../contract/secrets.types';
import { inputOf } from './secret-requests';

const ADMIN = { scope: 'admin', resourceType: 'secret' };
const NAME = { name: 'Name of the secret: upper-case letters, digits and "_".' };

type TenantQuery = z.infer<typeof tenantQuery>;

/** A tenant's secrets for its administrators: all operations of `/v1/secrets` except resolving, plus restoring and destroying. */
@ApiTags('secrets')
@Controller('api/v1/secrets')
export class SecretsInternalController {
  constructor(private readonly store: SecretStorePort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'secret.admin.list' })
  @Docs({
    summary: 'List secrets by name, without values',
    status: 200,
    answer: pageOf(secret),
    query: tenantPageQuery,
  })
  listSecrets(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<Secret>> {
    return this.store.list(context, query);
  }

  @Get(':name')
  @Guarded({ ...ADMIN, action: 'secret.admin.get' })
  @Docs({
    summary: 'Get the metadata of a secret, without its value',
    status: 200,
    answer: secret,
    params: NAME,
    query: tenantQuery,
    isCacheable: true,
  })
  async getSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Secret | undefined> {
    const found = await this.store.get(context, name);
    return unlessKnown(response, headers, found.entityTag, found.secret);
  }

  @Put(':name')
  @Guarded({ ...ADMIN, action: 'secret.admin.set' })
  @Docs({
    summary: 'Write a new version, with "cas", If-Match or If-None-Match as conditions',
    status: 200,
    answer: secret,
    params: NAME,
    query: tenantQuery,
    isConditional: true,
  })
  async putSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: newSecretVersion }) body: NewSecretVersion,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Secret> {
    return withTag(response, await this.store.put(context, name, inputOf(body), conditionOf(headers)));
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'secret.admin.delete' })
  @Docs({
    summary: 'Delete a secret; undelete restores it',
    status: 204,
    params: NAME,
    query: tenantQuery,
    isConditional: true,
  })
  async deleteSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    await this.store.remove(context, name, conditionOf(headers));
  }

  @Post(':name/undelete')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'secret.undelete' })
  @Docs({
    summary: 'Restore a deleted secret',
    status: 200,
    answer: secret,
    params: NAME,
    query: tenantQuery,
    isKeyed: true,
  })
  async undeleteSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Secret> {
    return withTag(response, await this.store.undelete(context, name));
  }

  @Post(':name/destroy')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'secret.destroy' })
  @Docs({
    summary: 'Permanently erase the bytes of versions, or the entire secret (returns 204)',
    status: 200,
    answer: secret,
    params: NAME,
    query: tenantQuery,
    isKeyed: true,
  })
  async destroySecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: destroyOrder.prefault({}) }) { versions }: DestroyOrder,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Secret | undefined> {
    const left = await this.store.destroy(context, name, versions ?? null);
    if (left) return withTag(response, left);
    response.status(204);
    return undefined;
  }

  @Get(':name/versions')
  @Guarded({ ...ADMIN, action: 'secret.admin.version_list' })
  @Docs({
    summary: 'List the versions of a secret, newest first, without values',
    status: 200,
    answer: pageOf(secretVersion),
    params: NAME,
    query: tenantPageQuery,
  })
  listSecretVersions(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: tenantPageQuery }) query: TenantPageQuery,
  ): Promise<Page<SecretVersion>> {
    return this.store.versions(context, name, query);
  }
}

function withTag(response: Response, { secret: shown, entityTag }: TaggedSecret): Secret {
  response.setHeader('ETag', entityTag);
  return shown;
}
