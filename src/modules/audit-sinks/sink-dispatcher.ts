import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { rejectionReason } from '../../kernel/network/webhook-post';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { backoffMs, type RetryPlan } from '../../kernel/retry/retry-backoff';
import { AuditHeadPort } from '../audit/contract/audit-head.port';
import type { AuditRecord } from '../audit/contract/audit-query.types';
import type { SinkFileLimit } from './sink-file';
import { SinkSender } from './sink-sender';
import { AuditSinksRepository, type StoredSink } from './storage/audit-sinks.repository';

/** The duration of a lease. A lease is renewed after each delivered record. */
export const LEASE_SECONDS = 30;
/**
 * The time after which a run stops at the end of the current record, and the sink queues behind the waiting sinks. There are few run slots,
 * and a tenant with slow receivers must not occupy them all.
 */
const DELIVERY_MS = 5_000;
const IDLE_MS = 1_000;
/** Interval between checks for free disk space. */
const FULL_MS = 5_000;
const LIMIT_WORDS: Readonly<Record<SinkFileLimit, string>> = {
  files: 'The tenant has the maximum number of files (AUDIT_SINKS_MAX_FILES). Move the oldest files away.',
  disk: 'The disk has too little free space (AUDIT_SINKS_MIN_FREE_MIB).',
};
const REPLAYS = 50;
/** Number of delivery attempts, over about 20 minutes, before a record becomes a dead letter. */
const MAX_ATTEMPTS = 10;
const RETRIES: RetryPlan = { firstMs: 1_000, maxMs: 5 * 60_000, factor: 2 };

interface DeliveryRun {
  readonly tenantId: string;
  readonly holder: string;
  readonly sink: StoredSink;
  readonly context: CallContext;
  /** The time, in Unix milliseconds, after which no more work starts. */
  readonly endsMs: number;
}

/** Runs a sink once: delivers the records to retry, then a batch of new records from the log. */
@Injectable()
export class SinkDispatcher {
  constructor(
    private readonly repository: AuditSinksRepository,
    private readonly log: AuditHeadPort,
    private readonly sender: SinkSender,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async run(tenantId: string, id: string, holder: string): Promise<void> {
    const sink = await this.repository.find(tenantId, id);
    if (!sink) return;
    const endsMs = this.clock.nowMs() + DELIVERY_MS;
    const turn = { tenantId, holder, sink, context: systemContext(newId('req'), tenantId), endsMs };
    try {
      await this.deliver(turn);
    } catch (error) {
      // The log, the database or the disk failed, not the receiver, so the records do not become dead letters.
      const attempts = sink.attempts + 1;
      await this.note(
        turn,
        sink.place,
        attempts,
        rejectionReason(error),
        backoffMs(RETRIES, attempts, Math.random()),
        0,
      );
    }
  }

  /** Throws for a kind that only newer versions support. */
  private deliver(turn: DeliveryRun): Promise<void> {
    switch (turn.sink.kind) {
      case 'webhook':
        return this.webhook(turn);
      case 'file':
        return this.file(turn);
      default:
        throw new Error('This version does not support this kind of sink.');
    }
  }

  private async file(turn: DeliveryRun): Promise<void> {
    const { sink, context, tenantId } = turn;
    const files = this.sender.file(tenantId, sink);
    // Records that were written before a crash are in the file even if the progress was not saved. They are not written twice.
    const place = Math.max(sink.place, await files.last());
    const { records, next } = await this.log.follow(context, sink.filter, place < 0 ? null : place, sink);
    const { written, limit } = await files.append(records);
    if (limit !== null) return this.wait(turn, lastOf(records.slice(0, written), place), limit);
    await this.note(turn, next ?? lastOf(records, place), 0, null, next === null ? IDLE_MS : 0, 0);
  }

  /** Keeps the sink's position and waits for space. It does not skip records or delete files. */
  private async wait(turn: DeliveryRun, place: number, limit: SinkFileLimit): Promise<void> {
    const { tenantId, sink, holder } = turn;
    if (!sink.isFull) this.logger.warn({ tenantId, sinkId: sink.id, limit }, 'An audit sink is full');
    const progress = { place, attempts: 0, lastError: LIMIT_WORDS[limit], isFull: true, afterMs: FULL_MS };
    await this.repository.progress(tenantId, sink.id, holder, progress, 0);
  }

  private async webhook(turn: DeliveryRun): Promise<void> {
    const { sink, context, tenantId } = turn;
    const url = sink.url ?? '';
    const secret = await this.sender.secret(tenantId, sink);
    await this.replay(turn, url, secret);
    const { records, next } = await this.log.follow(context, sink.filter, sink.place < 0 ? null : sink.place, sink);
    let { place, attempts } = sink;
    for (const record of records) {
      try {
        await this.sender.post(url, secret, record);
      } catch (error) {
        attempts += 1;
        const reason = rejectionReason(error);
        if (attempts < MAX_ATTEMPTS) {
          await this.note(turn, place, attempts, reason, backoffMs(RETRIES, attempts, Math.random()), 0);
          return;
        }
        await this.repository.bury(tenantId, sink.id, { sequence: record.sequenceId, recordId: record.id, reason });
      }
      attempts = 0;
      place = record.sequenceId;
      const isOver = this.isOver(turn);
      if (!(await this.note(turn, place, 0, null, 0, isOver ? 0 : LEASE_SECONDS)) || isOver) return;
    }
    await this.note(turn, next ?? place, 0, null, next === null ? IDLE_MS : 0, 0);
  }

  private async replay(turn: DeliveryRun, url: string, secret: string): Promise<void> {
    const { tenantId, sink, context } = turn;
    for (const letter of await this.repository.deadLetters(tenantId, sink.id, -1, REPLAYS, true)) {
      if (this.isOver(turn)) return;
      const { records } = await this.log.follow(context, {}, letter.sequence - 1, sink);
      const record = records.find(({ sequenceId }) => sequenceId === letter.sequence);
      try {
        if (!record) throw new Error('The record is no longer stored.');
        await this.sender.post(url, secret, record);
        await this.repository.unbury(tenantId, sink.id, letter.sequence);
      } catch (error) {
        await this.repository.bury(tenantId, sink.id, { ...letter, reason: rejectionReason(error) });
      }
    }
  }

  private isOver({ endsMs }: DeliveryRun): boolean {
    return this.clock.nowMs() >= endsMs;
  }

  private note(
    { tenantId, holder, sink }: DeliveryRun,
    place: number,
    attempts: number,
    lastError: string | null,
    afterMs: number,
    seconds: number,
  ): Promise<boolean> {
    const progress = { place, attempts, lastError, isFull: false, afterMs };
    return this.repository.progress(tenantId, sink.id, holder, progress, seconds);
  }
}

function lastOf(records: readonly AuditRecord[], place: number): number {
  return records.at(-1)?.sequenceId ?? place;
}
