import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../kernel/batching/group-commit';
import type { CallContext } from '../../kernel/context/call-context';
import { AuditHealth } from './audit-health';
import { AuditChainWriter } from './audit-chain-writer';
import type { AuditPort, RecordOptions } from './contract/audit.port';
import type { AuditEvent, AuditReceipt } from './contract/audit.types';
import { RepeatedEvents } from './repeated-events';
import type { EventName } from './storage/chain.repository';

/** A call that waits for its transaction: an event, or the name of a staged event. */
interface Waiting {
  readonly event: AuditEvent | null;
  readonly name: EventName;
  receipt: AuditReceipt | null;
  /** True if the event was recorded before, or occurs twice in its transaction. */
  isRepeat: boolean;
}

/** Maximum number of concurrent transactions in this process. A log is written by only one transaction at a time. */
const LOGS_AT_ONCE = 3;

/** The audit log in the shared database. */
@Injectable()
export class AuditService implements AuditPort {
  private readonly writes = new GroupCommit<Waiting>({
    maxBatch: 500,
    maxPending: 20_000,
    // Prevents a tenant whose log grows by hundreds of records per second from delaying other tenants.
    lanes: { of: ({ name }) => name.tenantId, atOnce: LOGS_AT_ONCE },
    write: async (batch) => {
      try {
        await this.write(batch);
        this.health.succeeded();
      } catch (error) {
        throw this.health.failed(error);
      }
    },
  });

  constructor(
    private readonly writer: AuditChainWriter,
    private readonly health: AuditHealth,
    private readonly repeats: RepeatedEvents,
  ) {}

  async record(_context: CallContext, event: AuditEvent, options?: RecordOptions): Promise<AuditReceipt> {
    const waiting: Waiting = { event, name: event, receipt: null, isRepeat: false };
    await this.writes.add(waiting);
    if (waiting.receipt === null) throw new Error('An event was appended but has no receipt.');
    if (options?.isKeyed === true && waiting.isRepeat) {
      await this.repeats.assertSame(event, waiting.receipt, options.isWhole === true);
    }
    return waiting.receipt;
  }

  async deliver(_context: CallContext, tenantId: string, id: string): Promise<boolean> {
    const waiting: Waiting = { event: null, name: { tenantId, id }, receipt: null, isRepeat: false };
    await this.writes.add(waiting);
    return waiting.receipt !== null;
  }

  assertWritable(): Promise<void> {
    return this.health.assertWritable();
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
    for (const waiting of batch) {
      waiting.receipt = receipts.of(waiting.name);
      waiting.isRepeat = !receipts.take(waiting.name);
    }
  }
}
