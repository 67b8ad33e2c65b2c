import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { AuditQueryPort } from '../contract/audit-query.port';
import { auditExport, auditQuery, auditRecord, type AuditRecord } from '../contract/audit-query.types';
import { EXPORT_TYPES, exportStream } from './export-stream';

const ADMIN = { scope: 'admin', resourceType: 'audit_log', hasSystemLog: true } as const;
const tenantAuditQuery = auditQuery.extend(tenantQuery.shape);
const tenantAuditExport = auditExport.extend(tenantQuery.shape);

/** A tenant's log, for the tenant's administrators. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditInternalController {
  constructor(private readonly log: AuditQueryPort) {}

  @Get()
  @Guarded({ ...ADMIN, action: 'audit.query' })
  @Docs({
    summary: 'Search the audit log, newest first',
    status: 200,
    answer: pageOf(auditRecord),
    query: tenantAuditQuery,
  })
  searchAudit(
    @Caller() context: CallContext,
    @Query({ schema: tenantAuditQuery }) { tenant: _tenant, ...query }: z.infer<typeof tenantAuditQuery>,
  ): Promise<Page<AuditRecord>> {
    return this.log.search(context, query);
  }

  @Get('export/records')
  @Guarded({ ...ADMIN, action: 'audit.export.records' })
  @Docs({
    summary: 'Export the audit log in order: JSON Lines, CSV or CloudEvents',
    status: 200,
    types: EXPORT_TYPES,
    query: tenantAuditExport,
  })
  exportAudit(
    @Caller() context: CallContext,
    @Query({ schema: tenantAuditExport }) { tenant: _tenant, ...order }: z.infer<typeof tenantAuditExport>,
  ): Promise<StreamableFile> {
    return exportStream(this.log, context, order);
  }
}
