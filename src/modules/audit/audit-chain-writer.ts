import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { toJsonb } from '../../kernel/database/jsonb';
import { outage } from '../../kernel/errors/app-error';
import type { AuditEvent, AuditReceipt } from './contract/audit.types';
import { type AppendedRecord, continueChain, type Head, type PreparedEvent } from './domain/chain';
import { genesisEvent } from './domain/genesis';
import { personalPart, sealFields } from './domain/personal-fields';
import { KnownHeads } from './known-heads';
import { PersonKeys } from './person-keys';
import {
  ChainRepository,
  type EventName,
  type MovedHead,
  type ReadHead,
  type Waiting,
} from './storage/chain.repository';

/** Receipts for the events that a batch appended or that already existed. */
export class Receipts {
  private readonly receipts = new Map<string, AuditReceipt>();
  private readonly appended = new Set<string>();

  of(name: EventName): AuditReceipt | null {
    return this.receipts.get(keyOf(name)) ?? null;
  }

  add(name: EventName, receipt: AuditReceipt): void {
    this.receipts.set(keyOf(name), receipt);
  }

  /** Returns true for the first caller if this batch appended the event. Later callers in the batch repeated the event. */
  take(name: EventName): boolean {
    return this.appended.delete(keyOf(name));
  }

  addRecords(records: readonly AppendedRecord[]): void {
    for (const { event, sequence, previousHash, recordHash } of records) {
      this.appended.add(keyOf(event));
      this.add(event, {
        sequenceId: sequence,
        previousHash: previousHash.toString('hex'),
        recordHash: recordHash.toString('hex'),
      });
    }
  }
}

/** Maximum delay before the first retry after a conflict with another writer. It doubles with each retry, up to a limit. */
const AGAIN_MS = 2;
const AGAIN_AT_MOST_MS = 64;
/** Maximum number of attempts. An attempt fails if another writer has appended in the meantime. */
const TRIES = 100;

/** Events to append, and the tables in which some of them wait. */
interface Batch extends Waiting {
  readonly prepared: readonly PreparedEvent[];
}

/**
 * The audit writer: appends events to their tenants' chains, with one statement per batch for any number of logs. No log stays locked
 * between two statements, so a process that hangs does not block other processes. If another process was faster, the writer reads the new
 * heads and retries.
 */
@Injectable()
export class AuditChainWriter {
  private readonly heads = new KnownHeads();

  constructor(
    private readonly repository: ChainRepository,
    private readonly persons: PersonKeys,
  ) {}

  /** Appends events, and the staged events with these names. Skips events whose id already exists. */
  async append(events: readonly AuditEvent[], staged: readonly EventName[]): Promise<Receipts> {
    const prepared = await this.prepare(events.map(storable));
    const receipts = staged.length === 0 ? await this.appendAtKnownHeads(prepared) : null;
    if (receipts !== null) return receipts;
    return this.appendBatch(async () => {
      const found = staged.length === 0 ? [] : await this.repository.staged(staged);
      const all = [...(await this.prepare(found)), ...prepared];
      return { prepared: all, staged: found.map(nameOf), earlier: [] };
    });
  }

  /** Moves the oldest staged events into their logs. @returns the number of moved events. */
  appendOldestStaged(atMost: number): Promise<number> {
    return this.appendTaking('staged', () => this.repository.oldestStaged(atMost));
  }

  /** Moves events that are older than the chain into their logs, oldest first. */
  appendEarlier(atMost: number): Promise<number> {
    return this.appendTaking('earlier', () => this.repository.earlier(atMost));
  }

  /** Runs a complete append and rolls it back. Errors: as {@link append}. */
  async tryAppend(event: AuditEvent): Promise<void> {
    const prepared = await this.prepare([event]);
    await this.untilDone(async () => {
      const { records, moved } = await this.chain(prepared);
      return (await this.repository.tryAppendAt(records, moved)) ? true : null;
    });
  }

  /** Appends the events that `read` returns, and removes them from the table in which they wait. @returns the number of events. */
  private async appendTaking(from: keyof Waiting, read: () => Promise<readonly AuditEvent[]>): Promise<number> {
    let taken = 0;
    await this.appendBatch(async () => {
      const found = await read();
      taken = found.length;
      return { prepared: await this.prepare(found), staged: [], earlier: [], [from]: found.map(nameOf) };
    });
    return taken;
  }

  /** @param read returns the events to append; called before each attempt. */
  private appendBatch(read: () => Promise<Batch>): Promise<Receipts> {
    return this.untilDone(async () => {
      const { prepared, ...waiting } = await read();
      if (prepared.length === 0) return new Receipts();
      const { receipts, records, moved } = await this.chain(prepared);
      const takes = waiting.staged.length + waiting.earlier.length > 0;
      if (takes || records.length > 0) {
        const isDone = takes
          ? await this.repository.appendTaking(records, moved, waiting)
          : await this.repository.appendAt(records, moved);
        if (!isDone) return null;
      }
      receipts.addRecords(records);
      this.heads.keep(moved);
      return receipts;
    });
  }

  private async untilDone<T>(attempt: () => Promise<T | null>): Promise<T> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await attempt();
      if (done !== null) return done;
      await sleep(Math.random() * Math.min(AGAIN_AT_MOST_MS, AGAIN_MS * 2 ** tries));
    }
    throw outage('store_unavailable');
  }

  /** Seals the personal part of each event. This does not require a lock. */
  private async prepare(events: readonly AuditEvent[]): Promise<readonly PreparedEvent[]> {
    const parts = events.map(personalPart);
    const wanted = new Map<string, Set<string>>();
    parts.forEach((part) => {
      if (part === null) return;
      const ids = wanted.get(part.rest.tenantId) ?? new Set();
      wanted.set(part.rest.tenantId, ids.add(part.person));
    });
    const keys = new Map(
      await Promise.all(
        [...wanted].map(async ([tenantId, ids]) => [tenantId, await this.persons.obtain(tenantId, ids)] as const),
      ),
    );
    return events.map((event, index) => {
      const part = parts[index];
      if (!part) return { event, sealed: null };
      const key = keys.get(event.tenantId)?.get(part.person);
      if (!key) throw new Error('The key of a person was created but not found.');
      return { event: part.rest, sealed: sealFields(part.fields, key, event) };
    });
  }

  /**
   * Appends at the known heads of the logs, in one round trip instead of four, because most logs have one writer at a time. @returns
   * `null`, without appending any events, when a log has a different head or already contains one of the events.
   */
  private async appendAtKnownHeads(prepared: readonly PreparedEvent[]): Promise<Receipts | null> {
    const logs = Map.groupBy(prepared, ({ event }) => event.tenantId);
    const tenantIds = [...logs.keys()];
    const heads = this.heads.of(tenantIds);
    if (heads === null) return null;
    const receipts = new Receipts();
    const grown = heads.flatMap((head) => grow(head, firstOfEach(logs.get(head.tenantId) ?? [], receipts)));
    const records = grown.flatMap((log) => log.records);
    try {
      if (!(await this.repository.appendAt(records, grown.map(movedHead)))) {
        this.heads.missed(tenantIds);
        return null;
      }
    } catch (error) {
      // After a lost connection, the outcome of the commit is unknown.
      this.heads.forget(tenantIds);
      throw error;
    }
    this.heads.keep(grown.map(({ head }) => head));
    receipts.addRecords(records);
    return receipts;
  }

  /** Continues the logs from their current heads with the events that they do not contain yet. */
  private async chain(prepared: readonly PreparedEvent[]): Promise<Chained> {
    const logs = Map.groupBy(prepared, ({ event }) => event.tenantId);
    const names = prepared.map(({ event: { tenantId, id } }) => ({ tenantId, id }));
    const { heads, known } = await this.repository.heads([...logs.keys()], names);
    const receipts = new Receipts();
    for (const { tenantId, id, ...receipt } of known) receipts.add({ tenantId, id }, receipt);
    const grown = heads.flatMap((head) => {
      const news = firstOfEach(logs.get(head.tenantId) ?? [], receipts);
      return news.length === 0 ? [] : grow(head, [...beginning(head), ...news]);
    });
    return { receipts, records: grown.flatMap((log) => log.records), moved: grown.map(movedHead) };
  }
}

/** A batch that is ready to append. */
interface Chained {
  /** Receipts of the events that already exist. */
  readonly receipts: Receipts;
  readonly records: readonly AppendedRecord[];
  readonly moved: readonly MovedHead[];
}

interface Grown extends ReturnType<typeof continueChain> {
  readonly was: Head;
}

function grow(was: Head, events: readonly PreparedEvent[]): Grown {
  return { was, ...continueChain(was, events) };
}

function movedHead({ head, was }: Grown): MovedHead {
  return { ...head, was };
}

/** Returns the events without a receipt, with each id only once. */
function firstOfEach(events: readonly PreparedEvent[], known: Receipts): readonly PreparedEvent[] {
  const seen = new Set<string>();
  return events.filter(({ event }) => {
    if (known.of(event) !== null || seen.has(event.id)) return false;
    seen.add(event.id);
    return true;
  });
}

function beginning({ tenantId, size, earlier }: ReadHead): readonly PreparedEvent[] {
  return size === 0 ? [{ event: genesisEvent(tenantId, earlier, Date.now()), sealed: null }] : [];
}

/** Returns the event as the database will return it, because the hashed form must equal the stored form. */
function storable(event: AuditEvent): AuditEvent {
  return JSON.parse(toJsonb(event)) as AuditEvent;
}

function nameOf({ tenantId, id }: AuditEvent): EventName {
  return { tenantId, id };
}

function keyOf({ tenantId, id }: EventName): string {
  return `${tenantId}/${id}`;
}
