import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { throwProblem } from '../../../kernel/grpc/problem-transfer';
import type { ListResponse, SearchResponse } from '../../../kernel/grpc/generated/cpod/internal/v1/audit';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { Page } from '../../../kernel/lists/page';
import type { AuditQueryPort } from '../contract/audit-query.port';
import { type AuditFilter, type AuditQuery, auditRecord, type AuditRecord } from '../contract/audit-query.types';
import { SYSTEM_LOG } from '../contract/audit.types';

const SERVICE = 'cpod.internal.v1.AuditInternalService';

/** Reads the audit log through the sidecar, which has the keys for its sealed fields. */
@Injectable()
export class AuditQueryGrpcClient implements AuditQueryPort {
  constructor(private readonly channel: GrpcChannel) {}

  async search(context: CallContext, query: AuditQuery): Promise<Page<AuditRecord>> {
    const request = { tenantId: context.tenantId ?? SYSTEM_LOG, queryJson: JSON.stringify(query) };
    const { recordJson, nextCursor, problem } = await this.channel.unary<object, SearchResponse>(
      SERVICE,
      'Search',
      request,
      context,
    );
    throwProblem(problem);
    return { items: recordJson.map(toRecord), nextCursor: nextCursor === '' ? null : nextCursor };
  }

  async list(
    context: CallContext,
    filter: AuditFilter,
    after: number | null,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }> {
    const request = {
      tenantId: context.tenantId ?? SYSTEM_LOG,
      filterJson: JSON.stringify(filter),
      after: after ?? -1,
    };
    const { recordJson, next, problem } = await this.channel.unary<object, ListResponse>(
      SERVICE,
      'List',
      request,
      context,
    );
    throwProblem(problem);
    return { records: recordJson.map(toRecord), next: next < 0 ? null : next };
  }
}

function toRecord(text: string): AuditRecord {
  return auditRecord.parse(JSON.parse(text));
}
