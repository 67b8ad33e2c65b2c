import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../../kernel/batching/group-commit';
import type { CallContext } from '../../../kernel/context/call-context';
import { outage } from '../../../kernel/errors/app-error';
import { throwProblem } from '../../../kernel/grpc/problem-transfer';
import { isOutage } from '../../../kernel/errors/reason';
import type {
  CheckWritableResponse,
  WriteAnswer,
  WriteEntry,
  WriteRequest,
  WriteResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/audit';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { AuditPort, RecordOptions } from '../contract/audit.port';
import type { AuditEvent, AuditReceipt } from '../contract/audit.types';
import { toRecordRequest } from '../grpc/record-request';

const SERVICE = 'cpod.internal.v1.AuditInternalService';
/** How long a positive response is cached. If the log is no longer writable, the write itself still fails closed. */
const WRITABLE_FOR_MS = 500;

/** Maximum number of entries per request: the number that fits if every entry has the maximum size. */
const MAX_BATCH = 50;
/** Maximum number of concurrent calls. A log is written by only one call at a time, and by only one transaction on the server. */
const LOGS_AT_ONCE = 8;

/** A call that waits for its response. */
interface Waiting {
  readonly log: string;
  readonly entry: WriteEntry;
  answer: WriteAnswer | null;
}

/** Writes to the audit log through the sidecar. Events that arrive during a call for their log share the next call. */
@Injectable()
export class AuditGrpcClient implements AuditPort {
  private readonly writes = new GroupCommit<Waiting>({
    maxBatch: MAX_BATCH,
    maxPending: 20_000,
    lanes: { of: ({ log }) => log, atOnce: LOGS_AT_ONCE },
    write: (batch) => this.send(batch),
  });
  private writableAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly channel: GrpcChannel) {}

  async record(_context: CallContext, event: AuditEvent, options?: RecordOptions): Promise<AuditReceipt> {
    const { record } = await this.write(event.tenantId, { record: toRecordRequest(event, options), deliver: null });
    if (!record) throw outage('audit_unavailable');
    throwProblem(record.problem);
    const { sequenceId, recordHash, previousHash } = record;
    return { sequenceId, recordHash, previousHash };
  }

  async deliver(_context: CallContext, tenantId: string, id: string): Promise<boolean> {
    const { deliver } = await this.write(tenantId, { record: null, deliver: { id, tenantId } });
    if (!deliver) throw outage('audit_unavailable');
    return deliver.delivered;
  }

  async assertWritable(context: CallContext): Promise<void> {
    if (performance.now() - this.writableAt < WRITABLE_FOR_MS) return;
    const answer = await this.channel.unary<object, CheckWritableResponse>(SERVICE, 'CheckWritable', {}, context);
    if (!answer.writable) {
      // A sidecar of the previous version sends a message instead of a reason.
      const reason = isOutage(answer.reason) ? answer.reason : 'audit_unavailable';
      throw outage(reason);
    }
    this.writableAt = performance.now();
  }

  private async write(log: string, entry: WriteEntry): Promise<WriteAnswer> {
    const waiting: Waiting = { log, entry, answer: null };
    await this.writes.add(waiting);
    if (waiting.answer === null) throw outage('audit_unavailable');
    throwProblem(waiting.answer.problem);
    return waiting.answer;
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    const request = { entries: batch.map(({ entry }) => entry) };
    const { answers } = await this.channel.unary<WriteRequest, WriteResponse>(SERVICE, 'Write', request, null);
    batch.forEach((waiting, at) => {
      waiting.answer = answers[at] ?? null;
    });
  }
}
