import type { Metadata } from '@grpc/grpc-js';
import { Controller, Logger } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import type { CancellableCall } from '../../../kernel/grpc/grpc-caller-signal';
import { toProblemDetail } from '../../../kernel/grpc/problem-transfer';
import { AppError, toAppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import type {
  CheckWritableRequest,
  CheckWritableResponse,
  DeliverRequest,
  DeliverResponse,
  ProveRequest,
  ProveResponse,
  ListRequest,
  ListResponse,
  RecordRequest,
  RecordResponse,
  SearchRequest,
  SearchResponse,
  WriteAnswer,
  WriteEntry,
  WriteRequest,
  WriteResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/audit';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { assertSpeaksFor } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { AuditInclusionPort } from '../contract/audit-proofs.port';
import { AuditQueryPort } from '../contract/audit-query.port';
import { auditFilter, auditQuery, type AuditRecord } from '../contract/audit-query.types';
import { AuditPort } from '../contract/audit.port';
import { SYSTEM_LOG } from '../contract/audit.types';
import { fromRecordRequest } from './record-request';

const logger = new Logger('AuditInternal');

const named = z.object({ id: z.string().min(1).max(64), tenantId: z.string().min(1).max(64) });

const NO_RECEIPT = { sequenceId: 0, recordHash: '', previousHash: '' } as const;

const NO_PROOF = {
  id: '',
  sequenceId: 0,
  recordHash: '',
  record: '',
  leafHash: '',
  treeSize: 0,
  rootHash: '',
  proof: [],
  checkpoint: '',
} as const;

/** `cpod.internal.v1.AuditInternalService`: the audit port for the other processes of the installation. */
@Controller()
export class AuditInternalGrpcController {
  constructor(
    private readonly audit: AuditPort,
    private readonly proofs: AuditInclusionPort,
    private readonly log: AuditQueryPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @GrpcMethod('AuditInternalService', 'Record')
  async record(request: RecordRequest, metadata: Metadata): Promise<RecordResponse> {
    const event = fromRecordRequest(request);
    const context = await this.contextOf(metadata, event.tenantId);
    try {
      const receipt = await this.audit.record(context, event, {
        isKeyed: request.isKeyed,
        isWhole: request.isWhole,
      });
      return { id: event.id, ...receipt, problem: null };
    } catch (thrown) {
      // An outage is reported as a gRPC status, as older backends expect.
      if (!(thrown instanceof AppError) || thrown.code !== 'unprocessable') throw thrown;
      return { ...NO_RECEIPT, id: event.id, problem: toProblemDetail(thrown) };
    }
  }

  @GrpcMethod('AuditInternalService', 'Deliver')
  async deliver(request: DeliverRequest, metadata: Metadata): Promise<DeliverResponse> {
    const { id, tenantId, context } = await this.recordOf(request, metadata);
    return { delivered: await this.audit.deliver(context, tenantId, id) };
  }

  @GrpcMethod('AuditInternalService', 'Write')
  async write({ entries }: WriteRequest, metadata: Metadata): Promise<WriteResponse> {
    // The entries run concurrently, so that they share the transactions of their logs.
    return { answers: await Promise.all(entries.map((entry) => this.writeEntry(entry, metadata))) };
  }

  @GrpcMethod('AuditInternalService', 'Prove')
  async prove(request: ProveRequest, metadata: Metadata): Promise<ProveResponse> {
    const { id, context } = await this.recordOf(request, metadata);
    try {
      const proof = await this.proofs.inclusion(context, id);
      return { ...proof, record: proof.record ?? '', problem: null };
    } catch (thrown) {
      return { ...NO_PROOF, problem: toProblemDetail(thrown) };
    }
  }

  @GrpcMethod('AuditInternalService', 'CheckWritable')
  async checkWritable(_request: CheckWritableRequest, metadata: Metadata): Promise<CheckWritableResponse> {
    const caller = this.callers.require(metadata);
    try {
      await this.audit.assertWritable(grpcContext(metadata, caller, null));
      return { writable: true, reason: '' };
    } catch (error) {
      if (error instanceof AppError) return { writable: false, reason: error.reason ?? error.code };
      throw error;
    }
  }

  @GrpcMethod('AuditInternalService', 'Search')
  async search(
    { tenantId, queryJson }: SearchRequest,
    metadata: Metadata,
    call: CancellableCall,
  ): Promise<SearchResponse> {
    const context = await this.readerOf(metadata, tenantId, call);
    try {
      const { items, nextCursor } = await this.log.search(context, read(auditQuery, queryJson));
      return { recordJson: textsOf(items), nextCursor: nextCursor ?? '', problem: null };
    } catch (thrown) {
      return { recordJson: [], nextCursor: '', problem: toProblemDetail(thrown) };
    }
  }

  @GrpcMethod('AuditInternalService', 'List')
  async list(
    { tenantId, filterJson, after }: ListRequest,
    metadata: Metadata,
    call: CancellableCall,
  ): Promise<ListResponse> {
    const context = await this.readerOf(metadata, tenantId, call);
    try {
      const { records, next } = await this.log.list(context, read(auditFilter, filterJson), after < 0 ? null : after);
      return { recordJson: textsOf(records), next: next ?? -1, problem: null };
    } catch (thrown) {
      return { recordJson: [], next: -1, problem: toProblemDetail(thrown) };
    }
  }

  private async writeEntry({ record, deliver }: WriteEntry, metadata: Metadata): Promise<WriteAnswer> {
    try {
      if (record) return { record: await this.record(record, metadata), deliver: null, problem: null };
      if (deliver) return { record: null, deliver: await this.deliver(deliver, metadata), problem: null };
      throw new AppError('invalid_request', 'Each entry must have record or deliver.');
    } catch (thrown) {
      const error = toAppError(thrown);
      if (HTTP_STATUS[error.code] >= 500) logger.error(error.cause ?? error);
      return { record: null, deliver: null, problem: toProblemDetail(error) };
    }
  }

  private async recordOf(
    request: z.infer<typeof named>,
    metadata: Metadata,
  ): Promise<z.infer<typeof named> & { readonly context: CallContext }> {
    const checked = named.safeParse(request);
    if (!checked.success) throw new AppError('invalid_request', 'id and tenant_id are required.');
    return { ...checked.data, context: await this.contextOf(metadata, checked.data.tenantId) };
  }

  private async readerOf(metadata: Metadata, tenantId: string, call: CancellableCall): Promise<CallContext> {
    if (tenantId === '') throw new AppError('invalid_request', 'tenant_id is required.');
    const context = await this.contextOf(metadata, tenantId, call);
    return tenantId === SYSTEM_LOG ? { ...context, tenantId: null } : context;
  }

  /**
   * Returns the context of a call about a log, for a caller that can act for the log's tenant. The `system` log has no tenant, so a caller
   * bound to a tenant cannot use it.
   */
  private async contextOf(metadata: Metadata, log: string, call?: CancellableCall): Promise<CallContext> {
    const caller = this.callers.require(metadata);
    await assertSpeaksFor(this.tenants, caller, log);
    return grpcContext(metadata, caller, log, call);
  }
}

function textsOf(records: readonly AuditRecord[]): string[] {
  return records.map((record) => JSON.stringify(record));
}

function read<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('invalid_request', 'The query must be a valid JSON object.', { cause });
  }
}
