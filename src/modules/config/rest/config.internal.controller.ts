import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, type TenantPageQuery, tenantQuery } from '../../../kernel/http/input/tenant-query';
import { ConfigAdminPort } from '../contract/config-admin.port';
import {
  configDocument,
  type ConfigDocument,
  configEntry,
  type ConfigEntry,
  configPatch,
  type ConfigPatch,
  configRevert,
  type ConfigRevert,
  configVersion,
  type ConfigVersion,
  configVersionDocument,
  type ConfigVersionDocument,
  newConfig,
  type NewConfig,
  newConfigValue,
  type NewConfigValue,
  configEntityTag,
} from '../contract/config-admin.types';
import { tagged } from './config-headers';

const ADMIN = { scope: 'admin', resourceType: 'config' };
const KEY = { key: 'Key of the value.' };

type TenantQuery = z.infer<typeof tenantQuery>;

/** A tenant's configuration: values that override the installation's defaults. */
@ApiTags('config')
@Controller('api/v1/config')
export class ConfigInternalController {
  constructor(private readonly config: ConfigAdminPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'config.get' })
  @Docs({
    summary: 'Get the configuration of a tenant: the values that applications read, and its own values',
    status: 200,
    answer: configDocument,
    query: tenantQuery,
    isCacheable: true,
  })
  async getConfig(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument | undefined> {
    const document = await this.config.get(context);
    return unlessKnown(response, headers, configEntityTag(document.version), document);
  }

  @Put()
  @Guarded({ ...ADMIN, action: 'config.put' })
  @Docs({ summary: 'Replace all values', status: 200, answer: configDocument, query: tenantQuery, isConditional: true })
  async replaceConfig(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: newConfig }) { values }: NewConfig,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument> {
    const document = await this.config.replace(context, values, conditionOf(headers));
    return tagged(response, document.version, document);
  }

  @Patch()
  @Guarded({ ...ADMIN, action: 'config.set' })
  @Docs({
    summary: 'Set some values in one change; null removes a key',
    status: 200,
    answer: configDocument,
    query: tenantQuery,
    isConditional: true,
  })
  async changeConfig(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: configPatch }) { values }: ConfigPatch,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument> {
    const document = await this.config.change(context, values, conditionOf(headers));
    return tagged(response, document.version, document);
  }

  @Get('versions')
  @Guarded({ ...ADMIN, action: 'config.versions' })
  @Docs({
    summary: 'List the stored versions, newest first',
    status: 200,
    answer: pageOf(configVersion),
    query: tenantPageQuery,
  })
  listConfigVersions(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) { tenant: _tenant, ...query }: TenantPageQuery,
  ): Promise<Page<ConfigVersion>> {
    return this.config.versions(context, query);
  }

  @Get('versions/:version')
  @Guarded({ ...ADMIN, action: 'config.version' })
  @Docs({
    summary: 'Get a version with its values',
    status: 200,
    answer: configVersionDocument,
    params: { version: 'Version number.' },
    query: tenantQuery,
  })
  async getConfigVersion(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('version') number: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigVersionDocument> {
    if (!/^\d{1,9}$/.test(number)) throw new AppError('not_found', 'There is no such version of the configuration.');
    return tagged(response, Number(number), await this.config.version(context, Number(number)));
  }

  @Post('revert')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'config.revert' })
  @Docs({
    summary: 'Restore an earlier version as a new one',
    status: 200,
    answer: configDocument,
    query: tenantQuery,
    isKeyed: true,
    isConditional: true,
  })
  async revertConfig(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: configRevert }) { version }: ConfigRevert,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument> {
    const document = await this.config.revert(context, version, conditionOf(headers));
    return tagged(response, document.version, document);
  }

  @Get(':key')
  @Guarded({ ...ADMIN, action: 'config.value.get' })
  @Docs({ summary: 'Get a value', status: 200, answer: configEntry, params: KEY, query: tenantQuery })
  async getConfigEntry(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigEntry> {
    const { entry, version } = await this.config.entry(context, key);
    return tagged(response, version, entry);
  }

  @Put(':key')
  @Guarded({ ...ADMIN, action: 'config.value.put' })
  @Docs({
    summary: 'Set a value',
    status: 200,
    answer: configEntry,
    params: KEY,
    query: tenantQuery,
    isConditional: true,
  })
  async setConfigEntry(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Body({ schema: newConfigValue }) { value }: NewConfigValue,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigEntry> {
    const { version } = await this.config.set(context, key, value, conditionOf(headers));
    return tagged(response, version, { key, value, source: 'own' });
  }

  @Delete(':key')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'config.value.delete' })
  @Docs({ summary: 'Remove a value', status: 204, params: KEY, query: tenantQuery, isConditional: true })
  deleteConfigEntry(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.config.remove(context, key, conditionOf(headers));
  }
}
