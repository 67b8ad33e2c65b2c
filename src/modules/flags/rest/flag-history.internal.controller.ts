import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, conditionOf } from '../../../kernel/http/conditions/conditions';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, type TenantPageQuery, tenantQuery } from '../../../kernel/http/input/tenant-query';
import { FlagsAdminPort } from '../contract/flags-admin.port';
import {
  diffQuery,
  documentEntityTag,
  flagDiff,
  type FlagDiff,
  flagVersion,
  type FlagVersion,
  flagVersionDocument,
  newScheduledChange,
  type NewScheduledChange,
  revertTo,
  scheduledChange,
  type ScheduledChange,
  scheduledChangeSummary,
  type ScheduledChangeSummary,
} from '../contract/flags-admin.types';

const ADMIN = { scope: 'admin', resourceType: 'flag' };
const tenantDiffQuery = diffQuery.extend(tenantQuery.shape);

type TenantQuery = z.infer<typeof tenantQuery>;

/** The history of a tenant's flags and their scheduled changes. */
@ApiTags('flags')
@Controller('api/v1/flags')
export class FlagHistoryInternalController {
  constructor(private readonly flags: FlagsAdminPort) {}

  @Get('versions')
  @Guarded({ ...ADMIN, action: 'flags.versions' })
  @Docs({
    summary: 'List the stored versions, newest first',
    status: 200,
    answer: pageOf(flagVersion),
    query: tenantPageQuery,
  })
  listFlagsVersions(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) { tenant: _tenant, ...query }: TenantPageQuery,
  ): Promise<Page<FlagVersion>> {
    return this.flags.versions(context, query);
  }

  @Get('versions/:version')
  @Guarded({ ...ADMIN, action: 'flags.version' })
  @Docs({
    summary: 'Get a version with its document',
    status: 200,
    answer: flagVersionDocument,
    params: { version: 'Its number.' },
    query: tenantQuery,
  })
  async getFlagsVersion(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('version') number: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof flagVersionDocument>> {
    if (!/^\d{1,9}$/.test(number)) throw new AppError('not_found', 'The version of the flags does not exist.');
    const { version, document } = await this.flags.version(context, Number(number));
    response.setHeader('ETag', documentEntityTag(version.version));
    return { ...version, document: { ...document } };
  }

  @Get('diff')
  @Guarded({ ...ADMIN, action: 'flags.diff' })
  @Docs({ summary: 'Compare two versions', status: 200, answer: flagDiff, query: tenantDiffQuery })
  diffFlagsVersions(
    @Caller() context: CallContext,
    @Query({ schema: tenantDiffQuery }) { from, to }: z.infer<typeof tenantDiffQuery>,
  ): Promise<FlagDiff> {
    return this.flags.diff(context, from, to ?? null);
  }

  @Post('revert')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'flags.revert' })
  @Docs({
    summary: 'Restore the content of an earlier version as a new version',
    status: 200,
    answer: flagVersion,
    query: tenantQuery,
    isKeyed: true,
    isConditional: true,
  })
  async revertFlags(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: revertTo }) { version }: z.infer<typeof revertTo>,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlagVersion> {
    const made = await this.flags.revert(context, version, conditionOf(headers));
    response.setHeader('ETag', documentEntityTag(made.version));
    return made;
  }

  @Post('scheduled')
  @Guarded({ ...ADMIN, action: 'flags.schedule' })
  @Docs({
    summary: 'Schedule a change',
    status: 201,
    answer: scheduledChange,
    query: tenantQuery,
    isKeyed: true,
  })
  scheduleFlagChange(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: newScheduledChange }) scheduled: NewScheduledChange,
  ): Promise<ScheduledChange> {
    return this.flags.schedule(context, scheduled);
  }

  @Get('scheduled')
  @Guarded({ ...ADMIN, action: 'flags.schedule.list' })
  @Docs({
    summary: 'List the pending and the last completed changes by time, without their flags or documents',
    status: 200,
    answer: pageOf(scheduledChangeSummary),
    query: tenantPageQuery,
  })
  listScheduledFlagChanges(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) { tenant: _tenant, ...query }: TenantPageQuery,
  ): Promise<Page<ScheduledChangeSummary>> {
    return this.flags.scheduled(context, query);
  }

  @Get('scheduled/:id')
  @Guarded({ ...ADMIN, action: 'flags.schedule.get' })
  @Docs({
    summary: 'Get a scheduled change with its flag or document',
    status: 200,
    answer: scheduledChange,
    params: { id: 'Id of the change.' },
    query: tenantQuery,
  })
  getScheduledFlagChange(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('id') id: string,
  ): Promise<ScheduledChange> {
    return this.flags.scheduledChange(context, id);
  }

  @Delete('scheduled/:id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'flags.schedule.cancel' })
  @Docs({ summary: 'Cancel a pending change', status: 204, params: { id: 'Id of the change.' }, query: tenantQuery })
  cancelScheduledFlagChange(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('id') id: string,
  ): Promise<void> {
    return this.flags.cancel(context, id);
  }
}
