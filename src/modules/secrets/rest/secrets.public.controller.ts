import { isUtf8 } from 'node:buffer';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ResolvedSecret, type ResolveOrder, resolveOrder } from '../contract/resolution.types';
import { SecretStorePort } from '../contract/secret-store.port';
import { SecretsPort } from '../contract/secrets.port';
import {
  newSecretVersion,
  type NewSecretVersion,
  secret,
  type Secret,
  secretVersion,
  type SecretVersion,
  type TaggedSecret,
} from '../contract/secrets.types';
import { RESOLVE_ACCESS } from '../contract/resolve-access';
import { inputOf, resolution, type ShownResolution } from './secret-requests';

const READ = { scope: 'secrets.read', resourceType: 'secret' };
// "set" is not one of the actions that the base policy allows to members or editors.
const WRITE = { scope: 'secrets.write', resourceType: 'secret' };
const NAME = { name: 'Name of the secret: upper-case letters, digits and "_".' };

/** Secrets for applications. Writing requires a scope, and resolving requires a grant. Lists never contain values. */
@ApiTags('secrets')
@Controller('v1/secrets')
export class SecretsPublicController {
  constructor(
    private readonly store: SecretStorePort,
    private readonly secrets: SecretsPort,
  ) {}

  @Get()
  @Guarded({ ...READ, action: 'secret.list', isAlwaysRecorded: true })
  @Docs({ summary: 'List secrets by name, without values', status: 200, answer: pageOf(secret), query: pageQuery })
  listSecrets(@Caller() context: CallContext, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<Secret>> {
    return this.store.list(context, query);
  }

  @Post('resolve')
  @HttpCode(200)
  @Guarded(RESOLVE_ACCESS)
  @Docs({ summary: 'Resolve bundles and references that are granted to the caller', status: 200, answer: resolution })
  async resolveSecret(
    @Caller() context: CallContext,
    @Body({ schema: resolveOrder }) order: ResolveOrder,
  ): Promise<ShownResolution> {
    const userId = context.actor.type === 'user' ? context.actor.id : null;
    const principal = { userId, clientId: userId === null ? context.appId : null, groups: null, entityId: null };
    const { resolved, unresolved } = await this.secrets.resolve(context, principal, order);
    return { resolved: resolved.map(shown), unresolved: [...unresolved] };
  }

  @Get(':name')
  @Guarded({ ...READ, action: 'secret.get', isAlwaysRecorded: true })
  @Docs({
    summary: 'Get the metadata of a secret, without its value',
    status: 200,
    answer: secret,
    params: NAME,
    isCacheable: true,
  })
  async getSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Secret | undefined> {
    const found = await this.store.get(context, name);
    return unlessKnown(response, headers, found.entityTag, found.secret);
  }

  @Put(':name')
  @Guarded({ ...WRITE, action: 'secret.set' })
  @Docs({
    summary: 'Write a new version, with "cas", If-Match or If-None-Match as conditions',
    status: 200,
    answer: secret,
    params: NAME,
    isConditional: true,
  })
  async putSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: newSecretVersion }) body: NewSecretVersion,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Secret> {
    return withTag(response, await this.store.put(context, name, inputOf(body), conditionOf(headers)));
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'secret.delete' })
  @Docs({
    summary: 'Delete a secret; an administrator can restore it',
    status: 204,
    params: NAME,
    isConditional: true,
  })
  async deleteSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    await this.store.remove(context, name, conditionOf(headers));
  }

  @Get(':name/versions')
  @Guarded({ ...READ, action: 'secret.version.list', isAlwaysRecorded: true })
  @Docs({
    summary: 'List the versions of a secret, newest first, without values',
    status: 200,
    answer: pageOf(secretVersion),
    params: NAME,
    query: pageQuery,
  })
  listSecretVersions(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<SecretVersion>> {
    return this.store.versions(context, name, query);
  }
}

function shown({ value, ...facts }: ResolvedSecret): ShownResolution['resolved'][number] {
  const encoding = isUtf8(value) ? 'utf8' : 'base64';
  return { ...facts, value: Buffer.from(value).toString(encoding), encoding };
}

function withTag(response: Response, { secret: shownSecret, entityTag }: TaggedSecret): Secret {
  response.setHeader('ETag', entityTag);
  return shownSecret;
}
