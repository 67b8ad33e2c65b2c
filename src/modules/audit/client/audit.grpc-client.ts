import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { outage } from '../../../kernel/errors/app-error';
import { throwCarried } from '../../../kernel/grpc/carried-error';
import { isOutage } from '../../../kernel/errors/reason';
import type {
  CheckWritableResponse,
  DeliverResponse,
  RecordResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/audit';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { AuditPort, RecordOptions } from '../contract/audit.port';
import type { AuditEvent, AuditReceipt } from '../contract/audit.types';
import { toRecordRequest } from '../grpc/record-request';

const SERVICE = 'cpod.internal.v1.AuditInternalService';
/** How long a "yes" is believed: the write itself still fails closed if it turns out otherwise. */
const WRITABLE_FOR_MS = 500;

/** The audit log, hosted by the sidecar. */
@Injectable()
export class AuditGrpcClient implements AuditPort {
  private writableAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly channel: GrpcChannel) {}

  async record(context: CallContext, event: AuditEvent, options?: RecordOptions): Promise<AuditReceipt> {
    const request = toRecordRequest(event, options);
    const answer = await this.channel.unary<object, RecordResponse>(SERVICE, 'Record', request, context);
    throwCarried(answer.problem);
    const { sequenceId, recordHash, previousHash } = answer;
    return { sequenceId, recordHash, previousHash };
  }

  async deliver(context: CallContext, tenantId: string, id: string): Promise<boolean> {
    const answer = await this.channel.unary<object, DeliverResponse>(SERVICE, 'Deliver', { id, tenantId }, context);
    return answer.delivered;
  }

  async assertWritable(context: CallContext): Promise<void> {
    if (performance.now() - this.writableAt < WRITABLE_FOR_MS) return;
    const answer = await this.channel.unary<object, CheckWritableResponse>(SERVICE, 'CheckWritable', {}, context);
    if (!answer.writable) {
      // A sidecar of the version before told its words.
      const reason = isOutage(answer.reason) ? answer.reason : 'audit_unavailable';
      throw outage(reason);
    }
    this.writableAt = performance.now();
  }
}
