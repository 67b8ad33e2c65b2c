import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import type { CancellableCall } from '../../../kernel/grpc/grpc-caller-signal';
import type {
  AuditEventProto,
  QueryAuditRequest,
  QueryAuditResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/audit';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { PlainRpc } from '../../../kernel/grpc/plain-rpc';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { Clock } from '../../../kernel/time/clock';
import { AuditQueryPort } from '../contract/audit-query.port';
import { type AuditFilter, auditFilter, type AuditRecord } from '../contract/audit-query.types';
import { AuditPort } from '../contract/audit.port';
import { auditEvent } from '../contract/audit.types';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;
/** The maximum number of pages that a search scans, each with about 2,000 records. Scanning them all takes several seconds. */
const MAX_PAGES = 100;
/** gRPC clients accept messages of up to 4 MiB by default. */
const MAX_METADATA_CHARS = 3 * 1024 * 1024;
/** The last second that a `Date` can represent. */
const MAX_SECONDS = 8_640_000_000_000;

const seconds = (name: string) =>
  z.number().int().min(0, `${name} is before 1970`).max(MAX_SECONDS, `${name} is not in Unix seconds`);
const schema = z.object({
  actionFilter: z.union(
    [z.literal(''), auditFilter.shape.action.unwrap()],
    'action_filter must be an action or a prefix with *',
  ),
  startTime: seconds('start_time'),
  endTime: seconds('end_time'),
  limit: z.number().int().max(MAX_LIMIT, `limit is above ${MAX_LIMIT}`),
});

/**
 * Lets services read the log (`coresdk.v1.AuditService`). The response contains no error field, so errors are reported as gRPC statuses.
 */
@Controller()
export class AuditQueryGrpcController {
  constructor(
    private readonly log: AuditQueryPort,
    private readonly audit: AuditPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
    private readonly clock: Clock,
  ) {}

  @PlainRpc('AuditService', 'QueryAudit')
  async queryAudit(request: QueryAuditRequest, metadata: Metadata, call: CancellableCall): Promise<QueryAuditResponse> {
    const caller = this.callers.require(metadata);
    const checked = schema.safeParse(request);
    if (!checked.success) throw new AppError('invalid_request', checked.error.issues[0]?.message ?? 'malformed');
    const context = grpcContext(metadata, caller, await namedTenant(this.tenants, caller, request.tenantId), call);
    const { actionFilter, startTime, endTime, limit } = checked.data;
    const filter = {
      ...(actionFilter === '' ? {} : { action: actionFilter }),
      ...(startTime === 0 ? {} : { from: momentOf(startTime) }),
      // Includes all records within the last second.
      ...(endTime === 0 ? {} : { to: momentOf(Math.min(endTime + 1, MAX_SECONDS)) }),
    };
    const records = await this.newest(context, filter, limit === 0 ? DEFAULT_LIMIT : limit);
    const events = records.map(toProto);
    const read = { action: 'audit.search', resourceType: 'audit_log', resourceId: '' };
    // Every read of the log must be recorded: without a receipt, there is no response.
    await this.audit.record(
      context,
      auditEvent(context, { ...read, metadata: { ...filter, records: events.length } }, this.clock.nowMs()),
    );
    return { events };
  }

  /**
   * Returns the newest matching records. The response has no cursor to signal that it is incomplete, so it is either complete or an error.
   */
  private async newest(context: CallContext, filter: AuditFilter, limit: number): Promise<readonly AuditRecord[]> {
    const found: AuditRecord[] = [];
    let chars = 0;
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { items, nextCursor } = await this.log.search(context, {
        ...filter,
        limit: limit - found.length,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...items);
      for (const { metadata } of items) chars += JSON.stringify(metadata).length;
      if (chars > MAX_METADATA_CHARS)
        throw new AppError('payload_too_large', 'The response is too large; lower limit.');
      if (found.length === limit || nextCursor === null) return found;
      cursor = nextCursor;
    }
    throw new AppError('unprocessable', 'Too few matches: narrow start_time and end_time, or use a full action name.');
  }
}

function momentOf(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}

function toProto(record: AuditRecord): AuditEventProto {
  const { id, tenantId, action, outcome, sequenceId, previousHash, recordHash } = record;
  return {
    id,
    tenantId,
    actor: record.actorId ?? '',
    action,
    resource: record.resourceId === '' ? record.resourceType : `${record.resourceType}/${record.resourceId}`,
    outcome,
    timestamp: Math.floor(Date.parse(record.ts) / 1000),
    metadataJson: JSON.stringify(record.metadata),
    sequenceId,
    previousHash,
    recordHash,
  };
}
