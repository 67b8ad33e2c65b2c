import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { AuditQueryPort } from '../contract/audit-query.port';
import {
  auditExport,
  type AuditExport,
  auditQuery,
  type AuditQuery,
  auditRecord,
  type AuditRecord,
} from '../contract/audit-query.types';
import { EXPORT_TYPES, exportStream } from './export-stream';

const READ = { scope: 'audit.read', resourceType: 'audit_log' } as const;

/** The log of the caller's tenant. */
@ApiTags('audit')
@Controller('v1/audit')
export class AuditPublicController {
  constructor(private readonly log: AuditQueryPort) {}

  @Get()
  @Guarded({ ...READ, action: 'audit.search', isAlwaysRecorded: true })
  @Docs({ summary: 'Search the audit log, newest first', status: 200, answer: pageOf(auditRecord), query: auditQuery })
  searchAudit(
    @Caller() context: CallContext,
    @Query({ schema: auditQuery }) query: AuditQuery,
  ): Promise<Page<AuditRecord>> {
    return this.log.search(context, query);
  }

  @Get('export')
  @Guarded({ ...READ, action: 'audit.export.read', isAlwaysRecorded: true })
  @Docs({
    summary: 'Export the audit log in order: JSON Lines, CSV or CloudEvents',
    status: 200,
    types: EXPORT_TYPES,
    query: auditExport,
  })
  exportAudit(
    @Caller() context: CallContext,
    @Query({ schema: auditExport }) order: AuditExport,
  ): Promise<StreamableFile> {
    return exportStream(this.log, context, order);
  }
}
