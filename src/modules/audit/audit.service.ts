import { Inject, Injectable } from '@nestjs/common';
import { GroupCommit } from '../../kernel/batching/group-commit';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { ChainWriter } from './chain-writer';
import type { AuditPort } from './contract/audit.port';
import { type AuditEvent, auditEvent, type AuditReceipt } from './contract/audit.types';
import type { EventName } from './storage/chain.repository';

const PROBE_AFTER_MS = 1_000;

/** One call that waits for its transaction: an event, or the name of a staged one. */
interface Waiting {
  readonly event: AuditEvent | null;
  readonly name: EventName;
  receipt: AuditReceipt | null;
}

/** The audit log over the shared store. */
@Injectable()
export class AuditService implements AuditPort {
  private readonly writes = new GroupCommit<Waiting>({
    maxBatch: 500,
    maxPending: 20_000,
    write: async (batch) => {
      try {
        await this.write(batch);
        this.writableAt = performance.now();
      } catch (error) {
        this.writableAt = Number.NEGATIVE_INFINITY;
        throw error;
      }
    },
  });
  /** Monotonic time at which a write last succeeded. */
  private writableAt = Number.NEGATIVE_INFINITY;
  private probe: Promise<void> | null = null;

  constructor(
    private readonly writer: ChainWriter,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async record(_context: CallContext, event: AuditEvent): Promise<AuditReceipt> {
    const waiting: Waiting = { event, name: event, receipt: null };
    await this.writes.add(waiting);
    if (waiting.receipt === null) throw new Error('An event was appended and has no receipt.');
    return waiting.receipt;
  }

  async deliver(_context: CallContext, tenantId: string, id: string): Promise<boolean> {
    const waiting: Waiting = { event: null, name: { tenantId, id }, receipt: null };
    await this.writes.add(waiting);
    return waiting.receipt !== null;
  }

  async assertWritable(): Promise<void> {
    if (performance.now() - this.writableAt < PROBE_AFTER_MS) return;
    // Callers of the same moment share it.
    this.probe ??= this.writer
      .tryAppend(probeEvent())
      .then(() => {
        this.writableAt = performance.now();
      })
      .finally(() => {
        this.probe = null;
      });
    try {
      await this.probe;
    } catch (cause) {
      this.logger.warn({ err: cause }, 'The audit log cannot be written: calls that it must record are refused');
      throw new AppError('unavailable', 'The audit log cannot be written now, so nothing is done.', { cause });
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.writes.drain();
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    const events = batch.flatMap(({ event }) => (event === null ? [] : [event]));
    const staged = batch.filter(({ event }) => event === null);
    const receipts = await this.writer.append(
      events,
      staged.map(({ name }) => name),
    );
    for (const waiting of batch) waiting.receipt = receipts.of(waiting.name);
  }
}

function probeEvent(): AuditEvent {
  const nowMs = Date.now();
  const action = { action: 'audit.probe', resourceType: 'audit_log', resourceId: 'system' };
  return auditEvent(systemContext(newId('req', nowMs)), action, nowMs);
}
