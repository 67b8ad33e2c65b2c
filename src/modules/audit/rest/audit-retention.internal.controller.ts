import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { AuditRetentionPort } from '../contract/audit-retention.port';
import {
  auditRetention,
  type AuditRetention,
  erasedPerson,
  type ErasedPerson,
  personErasure,
  type PersonErasure,
} from '../contract/audit-retention.types';

const ADMIN = { scope: 'admin', resourceType: 'audit_log' };

/** The retention of the log, the recording of reads, and the erasure of people. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditRetentionInternalController {
  constructor(private readonly retention: AuditRetentionPort) {}

  @Get('retention')
  @Guarded({ ...ADMIN, action: 'audit.retention.get' })
  @Docs({
    summary: 'Get the retention of the log and the recording of reads',
    status: 200,
    answer: auditRetention,
    query: tenantQuery,
  })
  getAuditRetention(@Caller() context: CallContext): Promise<AuditRetention> {
    return this.retention.get(context);
  }

  @Put('retention')
  @Guarded({ ...ADMIN, action: 'audit.retention.put' })
  @Docs({
    summary: 'Set the retention of the log and the recording of reads, and set or lift a legal hold',
    status: 200,
    answer: auditRetention,
    query: tenantQuery,
  })
  putAuditRetention(
    @Caller() context: CallContext,
    @Body({ schema: auditRetention }) retention: AuditRetention,
  ): Promise<AuditRetention> {
    return this.retention.put(context, retention);
  }

  @Post('erasures')
  @HttpCode(200)
  @Guarded({ ...ADMIN, action: 'audit.person.erase' })
  @Docs({
    summary: 'Make the personal fields of a person in the log unreadable; proofs stay valid',
    status: 200,
    answer: erasedPerson,
    query: tenantQuery,
    isKeyed: true,
  })
  eraseAuditRecords(
    @Caller() context: CallContext,
    @Body({ schema: personErasure }) { person }: PersonErasure,
  ): Promise<ErasedPerson> {
    return this.retention.erase(context, person);
  }
}
