import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type {
  CheckWritableRequest,
  CheckWritableResponse,
  DeliverRequest,
  DeliverResponse,
  ProveRequest,
  ProveResponse,
  RecordRequest,
  RecordResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/audit';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { AuditInclusionPort } from '../contract/audit-proofs.port';
import { AuditPort } from '../contract/audit.port';
import { fromRecordRequest } from './record-request';

const named = z.object({ id: z.string().min(1).max(64), tenantId: z.string().min(1).max(64) });

/** `cpod.internal.v1.AuditInternalService`: the audit port for the other processes of the installation. */
@Controller()
export class AuditInternalController {
  constructor(
    private readonly audit: AuditPort,
    private readonly proofs: AuditInclusionPort,
    private readonly callers: ServiceCallers,
  ) {}

  @GrpcMethod('AuditInternalService', 'Record')
  async record(request: RecordRequest, metadata: Metadata): Promise<RecordResponse> {
    const caller = this.callers.require(metadata);
    const event = fromRecordRequest(request);
    const receipt = await this.audit.record(grpcContext(metadata, caller, event.tenantId), event);
    return { id: event.id, ...receipt };
  }

  @GrpcMethod('AuditInternalService', 'Deliver')
  async deliver(request: DeliverRequest, metadata: Metadata): Promise<DeliverResponse> {
    const caller = this.callers.require(metadata);
    const checked = named.safeParse(request);
    if (!checked.success) throw new AppError('invalid_request', 'id and tenant_id are needed.');
    const { id, tenantId } = checked.data;
    return { delivered: await this.audit.deliver(grpcContext(metadata, caller, tenantId), tenantId, id) };
  }

  @GrpcMethod('AuditInternalService', 'Prove')
  async prove(request: ProveRequest, metadata: Metadata): Promise<ProveResponse> {
    const caller = this.callers.require(metadata);
    const checked = named.safeParse(request);
    if (!checked.success) throw new AppError('invalid_request', 'id and tenant_id are needed.');
    const { id, tenantId } = checked.data;
    const proof = await this.proofs.inclusion(grpcContext(metadata, caller, tenantId), id);
    return { ...proof, record: proof.record ?? '' };
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
}
