import { Controller, Delete, Get, Headers, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import type { FlagDocument } from '../contract/flag-document.types';
import { FlagsAdminPort } from '../contract/flags-admin.port';
import {
  documentEntityTag,
  flagSummary,
  type FlagSummary,
  flagVersion,
  type FlagVersion,
} from '../contract/flags-admin.types';
import { flagResource, type FlagResource } from '../contract/flags.types';
import { FLAG_BODY, FLAGS_BODY, flagText } from './flag-body';

const ADMIN = { scope: 'admin', resourceType: 'flag' };
const KEY = { key: 'Key of the flag.' };
const document = z.record(z.string(), z.unknown()).meta({ id: 'FlagDocument', description: "Flags in flagd's JSON." });

/**
 * Returns the response to a caller without access to the flags. It is not an error, because existing clients treat an error as an outage.
 */
function noFlags(reason: string): FlagSummary {
  return { flags: [], version: 0, allowed: false, reason };
}

type TenantQuery = z.infer<typeof tenantQuery>;

/** A tenant's flags, as one document and one by one. */
@ApiTags('flags')
@Controller('api/v1/flags')
export class FlagsInternalController {
  constructor(private readonly flags: FlagsAdminPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'flags.summary', denial: noFlags })
  @Docs({
    summary: 'List all flags in the form that existing SDKs read',
    status: 200,
    answer: flagSummary,
    query: tenantQuery,
    isCacheable: true,
  })
  async getFlagsSummary(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlagSummary | undefined> {
    const summary = await this.flags.summary(context);
    return unlessKnown(response, headers, documentEntityTag(summary.version), summary);
  }

  @Get('document')
  @Guarded({ ...ADMIN, action: 'flags.document.get' })
  @Docs({ summary: 'Get the document', status: 200, answer: document, query: tenantQuery, isCacheable: true })
  async getFlagsDocument(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlagDocument | undefined> {
    const { version, document: flags } = await this.flags.document(context);
    return unlessKnown(response, headers, documentEntityTag(version), flags);
  }

  @Put('document')
  @Guarded({ ...ADMIN, action: 'flags.document.put' })
  @AcceptsBody(FLAGS_BODY)
  @Docs({
    summary: 'Replace the document; errors name the pointer, line and column of each fault',
    status: 200,
    answer: flagVersion,
    query: tenantQuery,
    isConditional: true,
  })
  async putFlagsDocument(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Sent() body: SentBody | null,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlagVersion> {
    const made = await this.flags.putDocument(context, flagText(body), conditionOf(headers));
    response.setHeader('ETag', documentEntityTag(made.version));
    return made;
  }

  @Get(':key')
  @Guarded({ ...ADMIN, action: 'flag.admin.get' })
  @Docs({
    summary: 'Get a flag',
    status: 200,
    answer: flagResource,
    params: KEY,
    query: tenantQuery,
    isCacheable: true,
  })
  async getFlag(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlagResource | undefined> {
    const flag = await this.flags.get(context, key);
    return unlessKnown(response, headers, flag.etag, flag);
  }

  @Put(':key')
  @Guarded({ ...ADMIN, action: 'flag.admin.put' })
  @AcceptsBody(FLAG_BODY)
  @Docs({
    summary: "Create or replace a flag in flagd's JSON",
    status: 200,
    answer: flagResource,
    params: KEY,
    query: tenantQuery,
    isConditional: true,
  })
  async putFlag(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Sent() body: SentBody | null,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlagResource> {
    const { flag } = await this.flags.put(context, key, flagText(body), conditionOf(headers));
    response.setHeader('ETag', flag.etag);
    return flag;
  }

  @Delete(':key')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'flag.admin.delete' })
  @Docs({ summary: 'Delete a flag', status: 204, params: KEY, query: tenantQuery, isConditional: true })
  deleteFlag(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('key') key: string,
    @Headers() headers: ConditionHeaders,
  ): Promise<void> {
    return this.flags.delete(context, key, conditionOf(headers));
  }
}
