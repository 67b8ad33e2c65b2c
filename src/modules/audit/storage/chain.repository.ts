import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import type { AuditEvent, AuditReceipt } from '../contract/audit.types';
import { type AppendedRecord, type Head, NO_HASH } from '../domain/chain';

/** Identifies an event by its log and id. */
export interface EventName {
  readonly tenantId: string;
  readonly id: string;
}

/** The head of a log as read from the database. */
export interface ReadHead extends Head {
  /** Number of this tenant's events that are older than the chain. */
  readonly earlier: number;
}

/** The parts of a batch that already exist. */
export interface ReadLogs {
  readonly heads: readonly ReadHead[];
  readonly known: readonly (EventName & AuditReceipt)[];
}

/** A head with its position before a batch. */
export type MovedHead = Head & { readonly was: Pick<Head, 'size' | 'hash'> };

/** Events that wait to be appended, by the table in which they wait. */
export interface Waiting {
  readonly staged: readonly EventName[];
  /** Events from before the chain existed. */
  readonly earlier: readonly EventName[];
}

interface HeadsAnswer {
  readonly heads: readonly { tenantId: string; size: number; hash: string; frontier: string; earlier: number }[];
  readonly known: readonly {
    tenantId: string;
    id: string;
    sequence: number;
    previousHash: string | null;
    recordHash: string | null;
  }[];
}

/** The stored chain. The application's database role changes it only through functions, which append records and never modify them. */
@Injectable()
export class ChainRepository {
  constructor(private readonly database: Database) {}

  /** Creates the monthly partitions that are needed soon. */
  async ensurePartitions(): Promise<void> {
    await this.database.platform().run('SELECT audit.ensure_partitions()');
  }

  /** Returns how many consecutive months, starting with this one, have a partition: normally 3, which is also the maximum. */
  async monthsReady(): Promise<number> {
    const rows = await this.database.platform().rows<{ there: boolean }>(`
      SELECT to_regclass('audit.events_' || to_char(date_trunc('month', now() AT TIME ZONE 'UTC')
        + make_interval(months => ahead), 'YYYY_MM')) IS NOT NULL AS there FROM generate_series(0, 2) AS ahead ORDER BY ahead`);
    const missing = rows.findIndex(({ there }) => !there);
    return missing < 0 ? rows.length : missing;
  }

  /** Reads the heads of these logs, creates missing ones, and looks up events with these names. */
  async heads(tenantIds: readonly string[], names: readonly EventName[]): Promise<ReadLogs> {
    const row = await this.database
      .platform()
      .maybeOne<{ answer: HeadsAnswer }>('SELECT audit.read_heads($1, $2, $3) AS answer', [
        tenantIds,
        names.map(({ tenantId }) => tenantId),
        names.map(({ id }) => id),
      ]);
    const answer = row?.answer ?? { heads: [], known: [] };
    return {
      heads: answer.heads.map(({ tenantId, size, hash, frontier, earlier }) => ({
        tenantId,
        size,
        hash: size === 0 ? NO_HASH : Buffer.from(hash, 'hex'),
        frontier: Buffer.from(frontier, 'hex'),
        earlier,
      })),
      known: answer.known.map(({ tenantId, id, sequence, previousHash, recordHash }) => ({
        tenantId,
        id,
        sequenceId: sequence,
        previousHash: previousHash ?? '',
        recordHash: recordHash ?? '',
      })),
    };
  }

  /**
   * Stores records if the heads of their logs are as the writer expects. Uses one statement, and locks the heads only during that
   * statement. Resolves after the commit.
   * @returns false, without storing any records, when a head differs or an id is already in its log.
   */
  appendAt(records: readonly AppendedRecord[], heads: readonly MovedHead[]): Promise<boolean> {
    return this.isDone('SELECT audit.append_at($1, $2) AS done', textsOf(records, heads));
  }

  /**
   * Stores records like {@link appendAt}, and removes their events from the tables in which they wait. Also returns false when one of these
   * events is gone.
   */
  appendTaking(records: readonly AppendedRecord[], heads: readonly MovedHead[], waiting: Waiting): Promise<boolean> {
    const names = [waiting.staged, waiting.earlier].map((from) => {
      return JSON.stringify(from.map(({ tenantId, id }) => ({ t: tenantId, id })));
    });
    return this.isDone('SELECT audit.append_taking($1, $2, $3, $4) AS done', [...textsOf(records, heads), ...names]);
  }

  /** Does the same as {@link appendAt}, but rolls the transaction back. */
  tryAppendAt(records: readonly AppendedRecord[], heads: readonly MovedHead[]): Promise<boolean> {
    return this.isDone('SELECT audit.try_append_at($1, $2) AS done', textsOf(records, heads));
  }

  /** Returns staged events with these names that have not been appended yet. */
  async staged(names: readonly EventName[]): Promise<readonly AuditEvent[]> {
    const values = [names.map(({ tenantId }) => tenantId), names.map(({ id }) => id)];
    return this.waiting('SELECT audit.staged($1, $2) AS events', values);
  }

  /** Returns the oldest staged events. */
  async oldestStaged(atMost: number): Promise<readonly AuditEvent[]> {
    return this.waiting('SELECT audit.oldest_staged($1) AS events', [atMost]);
  }

  /** Returns the oldest events from before the chain existed. */
  async earlier(atMost: number): Promise<readonly AuditEvent[]> {
    return this.waiting('SELECT audit.earlier($1) AS events', [atMost]);
  }

  /** Returns waiting events. Events from an older version lack newer members. */
  private async waiting(sql: string, values: readonly unknown[]): Promise<readonly AuditEvent[]> {
    const { events } = await this.database.platform().one<{ events: readonly AuditEvent[] | null }>(sql, values);
    return (events ?? []).map((event) => ({
      ...event,
      policyRevision: event.policyRevision ?? null,
      personal: event.personal ?? null,
    }));
  }

  private async isDone(sql: string, texts: readonly string[]): Promise<boolean> {
    try {
      const { done } = await this.database.platform().one<{ done: boolean }>(sql, texts);
      return done;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }
}

function textsOf(records: readonly AppendedRecord[], heads: readonly MovedHead[]): readonly [string, string] {
  const moved = heads.map(({ tenantId, was, size, hash, frontier }) => ({
    t: tenantId,
    was: was.size,
    washash: was.size === 0 ? '' : was.hash.toString('hex'),
    size,
    hash: hash.toString('hex'),
    frontier: frontier.toString('hex'),
  }));
  return [JSON.stringify(records.map(rowOf)), JSON.stringify(moved)];
}

function rowOf({ event, sealed, sequence, previousHash, recordHash, nodes }: AppendedRecord): object {
  return {
    t: event.tenantId,
    s: sequence,
    id: event.id,
    app: event.appId,
    kind: event.actorType,
    actor: event.actorId === '' && sealed !== null ? null : event.actorId,
    action: event.action,
    rtype: event.resourceType,
    rid: event.resourceId,
    outcome: event.outcome,
    reason: event.reason,
    request: event.requestId,
    ip: event.ip,
    policy: event.policyRevision,
    metadata: event.metadata,
    person: sealed?.person,
    sealed: sealed?.bytes.toString('base64'),
    ts: event.tsMs,
    previous: previousHash.toString('hex'),
    hash: recordHash.toString('hex'),
    leaf: nodes.toString('hex'),
  };
}
