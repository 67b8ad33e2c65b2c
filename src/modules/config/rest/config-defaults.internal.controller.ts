import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf, pageQuery, type PageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
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

const PLATFORM = { scope: 'platform.admin', resourceType: 'config' };
const KEY = { key: 'Key of the value.' };

/** The installation's defaults, which apply to every tenant unless the tenant's own values override them. For platform administrators. */
@ApiTags('config')
@Controller('api/v1/config/defaults')
export class ConfigDefaultsInternalController {
  constructor(private readonly config: ConfigAdminPort) {}

  @Get()
  @Guarded({ ...PLATFORM, action: 'config.defaults.get' })
  @Docs({ summary: 'Get the defaults of the installation', status: 200, answer: configDocument, isCacheable: true })
  async getConfigDefaults(
    @Caller() context: CallContext,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument | undefined> {
    const document = await this.config.get(context);
    return unlessKnown(response, headers, configEntityTag(document.version), document);
  }

  @Put()
  @Guarded({ ...PLATFORM, action: 'config.defaults.put' })
  @Docs({ summary: 'Replace all values', status: 200, answer: configDocument, isConditional: true })
  async replaceConfigDefaults(
    @Caller() context: CallContext,
    @Body({ schema: newConfig }) { values }: NewConfig,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument> {
    const document = await this.config.replace(context, values, conditionOf(headers));
    return tagged(response, document.version, document);
  }

  @Patch()
  @Guarded({ ...PLATFORM, action: 'config.defaults.set' })
  @Docs({
    summary: 'Set some values in one change; null removes a key',
    status: 200,
    answer: configDocument,
    isConditional: true,
  })
  async changeConfigDefaults(
    @Caller() context: CallContext,
    @Body({ schema: configPatch }) { values }: ConfigPatch,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument> {
    const document = await this.config.change(context, values, conditionOf(headers));
    return tagged(response, document.version, document);
  }

  @Get('versions')
  @Guarded({ ...PLATFORM, action: 'config.defaults.versions' })
  @Docs({
    summary: 'List the stored versions, newest first',
    status: 200,
    answer: pageOf(configVersion),
    query: pageQuery,
  })
  listConfigDefaultsVersions(
    @Caller() context: CallContext,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<ConfigVersion>> {
    return this.config.versions(context, query);
  }

  @Get('versions/:version')
  @Guarded({ ...PLATFORM, action: 'config.defaults.version' })
  @Docs({
    summary: 'Get a version with its values',
    status: 200,
    answer: configVersionDocument,
    params: { version: 'Version number.' },
  })
  async getConfigDefaultsVersion(
    @Caller() context: CallContext,
    @Param('version') number: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigVersionDocument> {
    if (!/^\d{1,9}$/.test(number)) throw new AppError('not_found', 'There is no such version of the configuration.');
    return tagged(response, Number(number), await this.config.version(context, Number(number)));
  }

  @Post('revert')
  @HttpCode(200)
  @Guarded({ ...PLATFORM, action: 'config.defaults.revert' })
  @Docs({
    summary: 'Restore an earlier version as a new one',
    status: 200,
    answer: configDocument,
    isKeyed: true,
    isConditional: true,
  })
  async revertConfigDefaults(
    @Caller() context: CallContext,
    @Body({ schema: configRevert }) { version }: ConfigRevert,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigDocument> {
    const document = await this.config.revert(context, version, conditionOf(headers));
    return tagged(response, document.version, document);
  }

  @Get(':key')
  @Guarded({ ...PLATFORM, action: 'config.defaults.value.get' })
  @Docs({ summary: 'Get a value', status: 200, answer: configEntry, params: KEY })
  async getConfigDefault(
    @Caller() context: CallContext,
    @Param('key') key: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigEntry> {
    const { entry, version } = await this.config.entry(context, key);
    return tagged(response, version, entry);
  }

  @Put(':key')
  @Guarded({ ...PLATFORM, action: 'config.defaults.value.put' })
  @Docs({ summary: 'Set a value', status: 200, answer: configEntry, params: KEY, isConditional: true })
  async setConfigDefault(
    @Caller() context: CallContext,
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
  @Guarded({ ...PLATFORM, action: 'config.defaults.value.delete' })
  @Docs({ summary: 'Remove a value', status: 204, params: KEY, isConditional: true })
  deleteConfigDefault(
    @Caller() context: CallContext,
    @Param('key') key: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.config.remove(context, key, conditionOf(headers));
  }
}
