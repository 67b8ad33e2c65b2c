import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { PreparedStatement } from '../../../kernel/database/sql';
import type { LogPosition } from '../../../kernel/log/log-position';
import { endOfLogs, movedLogs } from '../../../kernel/log/log-store';
import type { Waiting } from '../../../kernel/log/log-watch';
import type { EventFilter } from '../contract/events.types';
import type { EventFacts } from '../domain/cloud-event';

/** An event as stored. */
export interface StoredEvent extends LogPosition, EventFacts {}

/** What one read of a tenant's log found. */
export interface StoredRead {
  readonly rows: readonly StoredEvent[];
  /** Up to where was looked. */
  readonly reached: LogPosition;
  /** Whether it ended before the end, because of its limit. */
  readonly more: boolean;
  /** Unix seconds from which on all is kept. */
  readonly keptFromSeconds: number;
}

/** An event of any tenant. */
export interface StoredFedEvent extends LogPosition {
  readonly tenantId: string;
  readonly id: string;
  readonly type: string;
}

/** Rows that one read passes at most, whatever it looks for: a rare subject must not be looked for through months. */
const MAX_PASSED = 20_000;

interface Row {
  readonly horizon: string;
  readonly now: number;
  readonly keptFrom: number;
  readonly passed: number;
  readonly lastXid: string | null;
  readonly lastSeq: string | null;
  readonly lastAt: number | null;
  readonly rows: readonly JsonEvent[];
}

interface JsonEvent extends Omit<EventFacts, 'tenantId'> {
  readonly xid: string;
  readonly seq: string;
}

interface Feed {
  readonly horizon: string;
  readonly now: number;
  readonly rows: readonly (Omit<StoredFedEvent, 'xid' | 'seq' | 'atSeconds'> & {
    readonly xid: string;
    readonly seq: string;
    readonly at: number;
  })[];
}

const MEMBERS = `jsonb_build_object('xid', xid::text, 'seq', seq::text, 'id', id, 'type', type, 'subject', subject,
  'data', data, 'atMs', floor(extract(epoch FROM at) * 1000))`;

/**
 * The events of a tenant behind a place, as far as no transaction can add one any more. Days that cannot have any are left
 * out by their partitions: no transaction lasts a day, so nothing behind a place is a day older than it.
 */
const READ: PreparedStatement = {
  name: 'events.read',
  text: `WITH passed AS MATERIALIZED (
      SELECT xid, seq, at, id, type, subject, data FROM events.events
      WHERE tenant_id = $1 AND (xid, seq) > ($2::xid8, $3::bigint)
        AND xid < pg_snapshot_xmin(pg_current_snapshot()) AND at >= to_timestamp($4::float8) - interval '1 day'
      ORDER BY xid, seq LIMIT $8
    ), fitting AS (
      SELECT * FROM passed
      WHERE events.is_wanted(type, $5::text[]) AND ($6::text IS NULL OR subject = $6)
      ORDER BY xid, seq LIMIT $7
    ), last AS (SELECT xid, seq, at FROM passed ORDER BY xid DESC, seq DESC LIMIT 1)
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
      floor(extract(epoch FROM statement_timestamp()))::float8 AS now,
      extract(epoch FROM events.kept_from())::float8 AS "keptFrom",
      (SELECT count(*) FROM passed)::int AS passed,
      (SELECT xid::text FROM last) AS "lastXid", (SELECT seq::text FROM last) AS "lastSeq",
      (SELECT floor(extract(epoch FROM at))::float8 FROM last) AS "lastAt",
      coalesce((SELECT jsonb_agg(${MEMBERS} ORDER BY xid, seq) FROM fitting), '[]') AS rows`,
};

@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  /** What is behind a place of a tenant's log. */
  async read(tenantId: string, after: LogPosition, filter: EventFilter, limit: number): Promise<StoredRead> {
    const row = await this.database
      .tenant(tenantId)
      .one<Row>(READ, [
        tenantId,
        after.xid.toString(),
        after.seq.toString(),
        after.atSeconds,
        filter.types ?? [],
        filter.subject ?? null,
        limit,
        MAX_PASSED,
      ]);
    const rows = row.rows.map((event) => toStored(tenantId, event));
    const base = { rows, keptFromSeconds: row.keptFrom };
    const lastFitting = rows.at(-1);
    if (lastFitting !== undefined && rows.length === limit) return { ...base, reached: lastFitting, more: true };
    if (row.passed === MAX_PASSED && row.lastXid !== null && row.lastSeq !== null) {
      const reached = { xid: BigInt(row.lastXid), seq: BigInt(row.lastSeq), atSeconds: row.lastAt ?? row.now };
      return { ...base, reached, more: true };
    }
    return { ...base, reached: { xid: BigInt(row.horizon), seq: 0n, atSeconds: row.now }, more: false };
  }

  /** One event by its place; `null` when it is not there any more. */
  async find(tenantId: string, { xid, seq, atSeconds }: LogPosition): Promise<StoredEvent | null> {
    const row = await this.database.tenant(tenantId).maybeOne<{ event: JsonEvent }>(
      `SELECT ${MEMBERS} AS event FROM events.events
       WHERE tenant_id = $1 AND xid = $2::xid8 AND seq = $3::bigint
         AND at BETWEEN to_timestamp($4::float8) AND to_timestamp($4::float8) + interval '1 second'`,
      [tenantId, xid.toString(), seq.toString(), atSeconds],
    );
    return row ? toStored(tenantId, row.event) : null;
  }

  /** What is behind a place, of all tenants in one order. */
  async feed(
    after: LogPosition,
    limit: number,
  ): Promise<{ readonly rows: readonly StoredFedEvent[]; readonly end: LogPosition }> {
    const row = await this.database
      .platform()
      .one<{ feed: Feed }>('SELECT events.feed($1, $2, $3, $4) AS feed', [
        after.xid.toString(),
        after.seq.toString(),
        after.atSeconds,
        limit,
      ]);
    const { horizon, now, rows } = row.feed;
    return {
      rows: rows.map(({ xid, seq, at, ...event }) => ({
        ...event,
        xid: BigInt(xid),
        seq: BigInt(seq),
        atSeconds: at,
      })),
      end: { xid: BigInt(horizon), seq: 0n, atSeconds: now },
    };
  }

  /** The place behind everything that can never change any more, now. */
  end(): Promise<LogPosition> {
    return endOfLogs(this.database);
  }

  /** Of the tenants that are waited for, those whose log has gone on. */
  moved(waiting: readonly Waiting[]): Promise<ReadonlySet<string>> {
    return movedLogs(this.database, 'events.moved($1, $2, $3, $4)', waiting);
  }

  /** Makes the partitions of today and the `ahead` days after; how many were missing. */
  async makeDays(ahead: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ made: number }>('SELECT events.make_days($1) AS made', [ahead]);
    return row?.made ?? 0;
  }

  /** Drops the partitions of days before the last `keep`; how many. Errors: `unavailable` when somebody is in the way. */
  async dropDays(keep: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ dropped: number }>('SELECT events.drop_days($1) AS dropped', [keep]);
    return row?.dropped ?? 0;
  }
}

function toStored(tenantId: string, { xid, seq, ...event }: JsonEvent): StoredEvent {
  return { ...event, tenantId, xid: BigInt(xid), seq: BigInt(seq), atSeconds: Math.floor(event.atMs / 1000) };
}
