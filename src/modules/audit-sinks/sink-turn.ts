import { Injectable } from '@nestjs/common';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { ForbiddenAddress } from '../../kernel/network/guarded-lookup';
import { Clock } from '../../kernel/time/clock';
import { AuditQueryPort } from '../audit/contract/audit-query.port';
import type { AuditRecord } from '../audit/contract/audit-query.types';
import { MAX_ATTEMPTS, retryAfterMs } from './domain/retry';
import { SinkSender } from './sink-sender';
import { AuditSinksRepository, type StoredSink } from './storage/audit-sinks.repository';

/** For how long a turn is nobody else's; noted anew after each record that is sent. */
export const LEASE_SECONDS = 30;
/**
 * After so long a turn ends with the record that is under way, and begins anew behind the sinks that wait: the places for
 * turns are few, and a tenant whose receivers take their time with each record must not hold them all.
 */
const TURN_MS = 5_000;
const IDLE_MS = 1_000;
const REPLAYS = 50;
const REASON_CHARS = 256;

interface Turn {
  readonly tenantId: string;
  readonly holder: string;
  readonly sink: StoredSink;
  readonly context: CallContext;
  /** Unix milliseconds from which on nothing more is begun. */
  readonly endsMs: number;
}

/** One turn of a sink: what was asked to be tried again, and then a batch of what its log has. */
@Injectable()
export class SinkTurn {
  constructor(
    private readonly repository: AuditSinksRepository,
    private readonly log: AuditQueryPort,
    private readonly sender: SinkSender,
    private readonly clock: Clock,
  ) {}

  async run(tenantId: string, id: string, holder: string): Promise<void> {
    const sink = await this.repository.find(tenantId, id);
    if (!sink) return;
    const endsMs = this.clock.nowMs() + TURN_MS;
    const turn = { tenantId, holder, sink, context: systemContext(newId('req'), tenantId), endsMs };
    try {
      await (sink.kind === 'webhook' ? this.webhook(turn) : this.file(turn));
    } catch (error) {
      // The log, the store or the disk; nothing of the receiver's, so that no record becomes a dead letter by it.
      const attempts = sink.attempts + 1;
      await this.note(turn, sink.place, attempts, reasonOf(error), retryAfterMs(attempts, Math.random()), 0);
    }
  }

  private async file(turn: Turn): Promise<void> {
    const { sink, context, tenantId } = turn;
    const files = this.sender.file(tenantId, sink);
    // What a crash has kept from being noted is in the file, and is not written twice.
    const place = Math.max(sink.place, await files.last());
    const { records, next } = await this.log.list(context, sink.filter, place < 0 ? null : place);
    await files.append(records);
    await this.note(turn, next ?? lastOf(records, place), 0, null, next === null ? IDLE_MS : 0, 0);
  }

  private async webhook(turn: Turn): Promise<void> {
    const { sink, context, tenantId } = turn;
    const url = sink.url ?? '';
    const secret = await this.sender.secret(tenantId, sink);
    await this.replay(turn, url, secret);
    const { records, next } = await this.log.list(context, sink.filter, sink.place < 0 ? null : sink.place);
    let { place, attempts } = sink;
    for (const record of records) {
      try {
        await this.sender.post(url, secret, record);
      } catch (error) {
        attempts += 1;
        const reason = reasonOf(error);
        if (attempts < MAX_ATTEMPTS) {
          await this.note(turn, place, attempts, reason, retryAfterMs(attempts, Math.random()), 0);
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

  private async replay(turn: Turn, url: string, secret: string): Promise<void> {
    const { tenantId, sink, context } = turn;
    for (const letter of await this.repository.deadLetters(tenantId, sink.id, -1, REPLAYS, true)) {
      if (this.isOver(turn)) return;
      const { records } = await this.log.list(context, {}, letter.sequence - 1);
      const record = records.find(({ sequenceId }) => sequenceId === letter.sequence);
      try {
        if (!record) throw new Error('The record is not kept any more.');
        await this.sender.post(url, secret, record);
        await this.repository.unbury(tenantId, sink.id, letter.sequence);
      } catch (error) {
        await this.repository.bury(tenantId, sink.id, { ...letter, reason: reasonOf(error) });
      }
    }
  }

  private isOver({ endsMs }: Turn): boolean {
    return this.clock.nowMs() >= endsMs;
  }

  private note(
    { tenantId, holder, sink }: Turn,
    place: number,
    attempts: number,
    lastError: string | null,
    afterMs: number,
    seconds: number,
  ): Promise<boolean> {
    return this.repository.progress(tenantId, sink.id, holder, { place, attempts, lastError, afterMs }, seconds);
  }
}

function lastOf(records: readonly AuditRecord[], place: number): number {
  return records.at(-1)?.sequenceId ?? place;
}

/**
 * Words for the tenant: of ours, or of the guard, which name neither URL nor secret. To what address a name leads in the
 * network of the installation is not theirs to learn.
 */
function reasonOf(error: unknown): string {
  if (error instanceof ForbiddenAddress) return 'The URL leads to an address that is not public.';
  return (error instanceof Error ? error.message : 'unknown').slice(0, REASON_CHARS);
}
