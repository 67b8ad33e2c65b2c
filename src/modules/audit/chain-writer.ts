import { Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/database';
import { toJsonb } from '../../kernel/database/jsonb';
import type { AuditEvent, AuditReceipt } from './contract/audit.types';
import { type AppendedRecord, continueChain, type Head, type PreparedEvent } from './domain/chain';
import { genesisEvent } from './domain/genesis';
import { personalPart, sealFields } from './domain/personal-fields';
import { KnownHeads } from './known-heads';
import { PersonKeys } from './person-keys';
import { ChainRepository, type EventName, type LockedHead, type MovedHead } from './storage/chain.repository';

/** Receipts of what a batch has appended, or found to be there already. */
export class Receipts {
  private readonly receipts = new Map<string, AuditReceipt>();
  private readonly appended = new Set<string>();

  of(name: EventName): AuditReceipt | null {
    return this.receipts.get(keyOf(name)) ?? null;
  }

  add(name: EventName, receipt: AuditReceipt): void {
    this.receipts.set(keyOf(name), receipt);
  }

  /** Whether an event was appended now, for the first who asks: whoever else named it in the same batch repeated it. */
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

class Undone extends Error {}

/** Appends events to the chains of their tenants: one transaction per batch, however many logs it has. */
@Injectable()
export class ChainWriter {
  private readonly heads = new KnownHeads();

  constructor(
    private readonly repository: ChainRepository,
    private readonly persons: PersonKeys,
  ) {}

  /** Appends events, and those that are staged under these names; an id that is there already is left as it is. */
  async append(events: readonly AuditEvent[], staged: readonly EventName[]): Promise<Receipts> {
    const prepared = await this.prepare(events.map(storable));
    const receipts = staged.length === 0 ? await this.appendAtKnownHeads(prepared) : null;
    if (receipts !== null) return receipts;
    const chained = await this.repository.transaction(async (tx) => {
      const taken = staged.length === 0 ? [] : await this.repository.takeStaged(tx, staged);
      return this.chain(tx, [...(await this.prepare(taken)), ...prepared]);
    });
    this.heads.keep(chained.heads);
    return chained.receipts;
  }

  /** Takes the oldest staged events into their logs. @returns how many there were. */
  appendOldestStaged(atMost: number): Promise<number> {
    return this.appendTaken((tx) => this.repository.takeOldestStaged(tx, atMost));
  }

  /** The same of events from before there was a chain. */
  appendEarlier(atMost: number): Promise<number> {
    return this.appendTaken((tx) => this.repository.takeEarlier(tx, atMost));
  }

  /** Goes the whole way that an event goes, and takes it back. Errors: as {@link append}. */
  async tryAppend(event: AuditEvent): Promise<void> {
    const prepared = await this.prepare([event]);
    await this.repository
      .transaction(async (tx) => {
        await this.chain(tx, prepared);
        throw new Undone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
  }

  private appendTaken(take: (tx: Tx) => Promise<readonly AuditEvent[]>): Promise<number> {
    return this.repository.transaction(async (tx) => {
      const taken = await take(tx);
      if (taken.length > 0) await this.chain(tx, await this.prepare(taken));
      return taken.length;
    });
  }

  /** What needs no lock: the personal part of each event is sealed. */
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
      if (!key) throw new Error('The key of a person was made and is not there.');
      return { event: part.rest, sealed: sealFields(part.fields, key, event) };
    });
  }

  /**
   * Appends where this process knows the logs to end, in one round trip instead of four: most logs have one writer at a
   * time. @returns `null`, with nothing appended, when one of them ends elsewhere or has one of the events already.
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
      // Whether it was committed is not known where the connection was lost.
      this.heads.forget(tenantIds);
      throw error;
    }
    this.heads.keep(grown.map(({ head }) => head));
    receipts.addRecords(records);
    return receipts;
  }

  private async chain(tx: Tx, prepared: readonly PreparedEvent[]): Promise<Chained> {
    const logs = Map.groupBy(prepared, ({ event }) => event.tenantId);
    const names = prepared.map(({ event: { tenantId, id } }) => ({ tenantId, id }));
    const { heads, known } = await this.repository.lock(tx, [...logs.keys()], names);
    const receipts = new Receipts();
    for (const { tenantId, id, ...receipt } of known) receipts.add({ tenantId, id }, receipt);
    const grown = heads.flatMap((head) => {
      const news = firstOfEach(logs.get(head.tenantId) ?? [], receipts);
      return news.length === 0 ? [] : grow(head, [...beginning(head), ...news]);
    });
    const records = grown.flatMap((log) => log.records);
    if (records.length > 0) await this.repository.append(tx, records, grown.map(movedHead));
    receipts.addRecords(records);
    return { receipts, heads: grown.map(({ head }) => head) };
  }
}

/** What a transaction has done once it is committed. */
interface Chained {
  readonly receipts: Receipts;
  readonly heads: readonly Head[];
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

/** Events that are not known yet, each id once. */
function firstOfEach(events: readonly PreparedEvent[], known: Receipts): readonly PreparedEvent[] {
  const seen = new Set<string>();
  return events.filter(({ event }) => {
    if (known.of(event) !== null || seen.has(event.id)) return false;
    seen.add(event.id);
    return true;
  });
}

function beginning({ tenantId, size, earlier }: LockedHead): readonly PreparedEvent[] {
  return size === 0 ? [{ event: genesisEvent(tenantId, earlier, Date.now()), sealed: null }] : [];
}

/** The event as the store will give it back: what is hashed must be what is kept. */
function storable(event: AuditEvent): AuditEvent {
  return JSON.parse(toJsonb(event)) as AuditEvent;
}

function keyOf({ tenantId, id }: EventName): string {
  return `${tenantId}/${id}`;
}
