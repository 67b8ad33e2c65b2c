import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery, type TenantPageQuery, tenantQuery } from '../../../kernel/http/input/tenant-query';
import { AuditSinksPort } from '../contract/audit-sinks.port';
import {
  auditSink,
  type AuditSink,
  auditSinkPatch,
  createdAuditSink,
  type CreatedAuditSink,
  deadLetter,
  type DeadLetter,
  newAuditSink,
  type NewAuditSink,
  replayed,
} from '../contract/audit-sinks.types';

const ADMIN = { scope: 'admin', resourceType: 'audit_sink' } as const;
const ID = { id: 'Id of the sink.' } as const;

type TenantQuery = z.infer<typeof tenantQuery>;

/** Manages the destinations for a tenant's audit log. */
@ApiTags('audit')
@Controller('api/v1/audit/sinks')
export class AuditSinksInternalController {
  constructor(private readonly sinks: AuditSinksPort) {}

  @Post()
  @Guarded({ ...ADMIN, action: 'audit.sink.create' })
  @Docs({
    summary: 'Send the audit log to a webhook or to files',
    status: 201,
    answer: createdAuditSink,
    query: tenantQuery,
    isKeyed: true,
  })
  createAuditSink(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Body({ schema: newAuditSink }) sink: NewAuditSink,
  ): Promise<CreatedAuditSink> {
    return this.sinks.create(context, sink);
  }

  @Get()
  @Guarded({ ...ADMIN, action: 'audit.sink.list' })
  @Docs({ summary: 'List the sinks with their progress', status: 200, answer: pageOf(auditSink), query: tenantQuery })
  async listAuditSinks(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
  ): Promise<Page<AuditSink>> {
    return { items: await this.sinks.list(context), nextCursor: null };
  }

  @Get(':id')
  @Guarded({ ...ADMIN, action: 'audit.sink.get' })
  @Docs({ summary: 'Get a sink with its progress', status: 200, answer: auditSink, params: ID, query: tenantQuery })
  getAuditSink(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('id') id: string,
  ): Promise<AuditSink> {
    return this.sinks.get(context, id);
  }

  @Patch(':id')
  @Guarded({ ...ADMIN, action: 'audit.sink.update' })
  @Docs({
    summary: 'Pause a sink, or resume it from where it stopped',
    status: 200,
    answer: auditSink,
    params: ID,
    query: tenantQuery,
  })
  updateAuditSink(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('id') id: string,
    @Body({ schema: auditSinkPatch }) { paused }: z.infer<typeof auditSinkPatch>,
  ): Promise<AuditSink> {
    return this.sinks.setPaused(context, id, paused);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...ADMIN, action: 'audit.sink.delete' })
  @Docs({ summary: 'Remove a sink with its dead letters', status: 204, params: ID, query: tenantQuery })
  deleteAuditSink(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('id') id: string,
  ): Promise<void> {
    return this.sinks.remove(context, id);
  }

  @Get(':id/dead-letters')
  @Guarded({ ...ADMIN, action: 'audit.sink.dead_letters' })
  @Docs({
    summary: 'List the records that could not be delivered, oldest first',
    status: 200,
    answer: pageOf(deadLetter),
    params: ID,
    query: tenantPageQuery,
  })
  listAuditSinkDeadLetters(
    @Caller() context: CallContext,
    @Query({ schema: tenantPageQuery }) { tenant: _tenant, ...page }: TenantPageQuery,
    @Param('id') id: string,
  ): Promise<Page<DeadLetter>> {
    return this.sinks.deadLetters(context, id, page);
  }

  @Post(':id/dead-letters/replay')
  @HttpCode(202)
  @Guarded({ ...ADMIN, action: 'audit.sink.replay' })
  @Docs({
    summary: 'Retry every dead letter once',
    status: 202,
    answer: replayed,
    params: ID,
    query: tenantQuery,
    isKeyed: true,
  })
  async replayAuditSinkDeadLetters(
    @Caller() context: CallContext,
    @Query({ schema: tenantQuery }) _query: TenantQuery,
    @Param('id') id: string,
  ): Promise<z.infer<typeof replayed>> {
    return { replayed: await this.sinks.replay(context, id) };
  }
}
