import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { PreparedStatement } from '../../../kernel/database/sql';
import type { LogPosition, OldLogPosition } from '../../../kernel/log/log-position';
import { movedLogs } from '../../../kernel/log/log-store';
import type { Waiting } from '../../../kernel/log/log-watch';
import type { EventFilter } from '../contract/events.types';
import type { EventFacts } from '../domain/cloud-event';

/** An event as stored. */
export interface StoredEvent extends LogPosition, EventFacts {}

/** The result of one read of a tenant's log. */
export interface StoredRead {
  readonly rows: readonly StoredEvent[];
  /** The position up to which the log was read. */
  readonly reached: LogPosition;
  /** True when the read stopped at its limit. */
  readonly more: boolean;
  /** True when the log issued the position and still contains all events after it. */
  readonly isKept: boolean;
}

/** An event of any tenant. */
export interface StoredFedEvent {
  readonly tenantId: string;
  /** Its position in the feed of all tenants. */
  readonly feed: LogPosition;
  /** Its position in the tenant's log, in a format that the previous version can also read. */
  readonly place: string;
  readonly id: string;
  readonly type: string;
  /** The start of the transaction that wrote the event, according to the database's clock, in ISO 8601 with microseconds. */
  readonly began: string;
}

/**
 * The maximum number of rows that one read scans, regardless of its filter. A rare subject must not cause a search through months of
 * events.
 */
const MAX_PASSED = 20_000;

interface Row {
  readonly isKept: boolean;
  readonly last: number;
  readonly lastAt: number;
  readonly passed: number;
  readonly passedTo: number | null;
  readonly passedAt: number | null;
  readonly rows: readonly JsonEvent[];
}

interface JsonEvent extends Omit<EventFacts, 'tenantId'> {
  readonly number: number;
}

interface Feed {
  readonly last: number;
  readonly lastAt: number;
  readonly rows: readonly (Omit<StoredFedEvent, 'feed'> & {
    readonly position: number;
    readonly at: number;
  })[];
}

const MEMBERS = `jsonb_build_object('number', number, 'id', id, 'type', type, 'subject', subject,
  'data', data, 'atMs', floor(extract(epoch FROM at) * 1000))`;

/**
 * Reads a tenant's events after a given number. Numbers have no gaps: if the next number is missing, its day was dropped. The time of
 * the event at the position must match, as long as that event is kept, because after a restore the number can belong to a different event.
 * The bound on `at` prunes partitions: `move_staged` never gives an event a time that is a day or more before the time of an earlier event.
 */
const READ: PreparedStatement = {
  name: 'events.read_after',
  text: `WITH counter AS MATERIALIZED (
      SELECT coalesce(max(last), 0) AS last, coalesce(max(last_at), 'epoch') AS last_at FROM events.counters WHERE tenant_id = $1
    ), passed AS MATERIALIZED (
      SELECT number, at, id, type, subject, data FROM events.events
      WHERE tenant_id = $1 AND number > $2::bigint AND at >= to_timestamp($3::float8) - interval '1 day'
        AND $2 < (SELECT last FROM counter)
      ORDER BY number LIMIT $7
    ), fitting AS (
      SELECT * FROM passed
      WHERE events.is_wanted(type, $4::text[]) AND ($5::text IS NULL OR subject = $5)
      ORDER BY number LIMIT $6
    ), reached AS (SELECT number, at FROM passed ORDER BY number DESC LIMIT 1)
    SELECT counter.last::float8 AS last, floor(extract(epoch FROM counter.last_at))::float8 AS "lastAt",
      (CASE WHEN $2 < counter.last THEN EXISTS (
          SELECT FROM events.events
          WHERE tenant_id = $1 AND number = $2 + 1 AND at >= to_timestamp($3) - interval '1 day')
        ELSE $2 = counter.last END
        AND (to_timestamp($3) < events.kept_from() OR EXISTS (
          SELECT FROM events.events WHERE tenant_id = $1 AND number = $2
            AND at >= to_timestamp($3) AND at < to_timestamp($3) + interval '1 second'))) AS "isKept",
      (SELECT count(*) FROM passed)::int AS passed,
      (SELECT number::float8 FROM reached) AS "passedTo",
      (SELECT floor(extract(epoch FROM at))::float8 FROM reached) AS "passedAt",
      coalesce((SELECT jsonb_agg(${MEMBERS} ORDER BY number) FROM fitting), '[]') AS rows
    FROM counter`,
};

/** Looks up the number for a position that an earlier version issued, and checks that the position is still valid. */
const TRANSLATE = `SELECT ($2::xid8 <= pg_snapshot_xmin(pg_current_snapshot()) AND to_timestamp($4::float8) >= events.kept_from()
    AND $2::xid8 >= coalesce((SELECT xids_from FROM events.counters WHERE tenant_id = $1), '0')) AS "isKept",
  coalesce(
    (SELECT number FROM events.events WHERE tenant_id = $1 AND (xid, seq) <= ($2::xid8, $3::bigint)
     ORDER BY xid DESC, seq DESC LIMIT 1),
    (SELECT number - 1 FROM events.events WHERE tenant_id = $1 AND (xid, seq) > ($2::xid8, $3::bigint)
     ORDER BY xid, seq LIMIT 1),
    (SELECT last FROM events.counters WHERE tenant_id = $1), 0)::float8 AS number`;

@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  /** Reads a tenant's log after a position. */
  async read(tenantId: string, after: LogPosition, filter: EventFilter, limit: number): Promise<StoredRead> {
    const row = await this.database
      .tenant(tenantId)
      .one<Row>(READ, [
        tenantId,
        after.number,
        after.atSeconds,
        filter.types ?? [],
        filter.subject ?? null,
        limit,
        MAX_PASSED,
      ]);
    const rows = row.rows.map((event) => toStored(tenantId, event));
    const base = { rows, isKept: row.isKept };
    const lastFitting = rows.at(-1);
    if (lastFitting !== undefined && rows.length === limit) return { ...base, reached: lastFitting, more: true };
    if (row.passed === MAX_PASSED && row.passedTo !== null && row.passedAt !== null) {
      return { ...base, reached: { number: row.passedTo, ofAll: 0, atSeconds: row.passedAt }, more: true };
    }
    return { ...base, reached: { number: row.last, ofAll: 0, atSeconds: row.lastAt }, more: false };
  }

  /** Returns the current form of a position that an earlier version issued, or `null` when events after it are no longer stored. */
  async translate(tenantId: string, { xid, seq, atSeconds }: OldLogPosition): Promise<LogPosition | null> {
    const row = await this.database
      .tenant(tenantId)
      .one<{ isKept: boolean; number: number }>(TRANSLATE, [tenantId, xid.toString(), seq.toString(), atSeconds]);
    return row.isKept ? { number: row.number, ofAll: 0, atSeconds: 0 } : null;
  }

  /** Returns an event by its position; `null` when it no longer exists. */
  async find(tenantId: string, place: LogPosition | OldLogPosition): Promise<StoredEvent | null> {
    const event = 'xid' in place ? await this.findOld(tenantId, place) : await this.findNumber(tenantId, place);
    return event === undefined ? null : toStored(tenantId, event);
  }

  private async findNumber(tenantId: string, { number, atSeconds }: LogPosition): Promise<JsonEvent | undefined> {
    const row = await this.database.tenant(tenantId).maybeOne<{ event: JsonEvent }>(
      `SELECT ${MEMBERS} AS event FROM events.events
       WHERE tenant_id = $1 AND number = $2
         AND at BETWEEN to_timestamp($3::float8) AND to_timestamp($3::float8) + interval '1 second'`,
      [tenantId, number, atSeconds],
    );
    return row?.event;
  }

  private async findOld(tenantId: string, { xid, seq, atSeconds }: OldLogPosition): Promise<JsonEvent | undefined> {
    const row = await this.database.tenant(tenantId).maybeOne<{ event: JsonEvent }>(
      // A restore changes `xid`. For an event that was staged, `seq` contains its position, which still identifies it.
      `SELECT ${MEMBERS} AS event FROM events.events
       WHERE tenant_id = $1 AND seq = $3::bigint AND (xid = $2::xid8 OR position = $3)
         AND at BETWEEN to_timestamp($4::float8) AND to_timestamp($4::float8) + interval '1 second'`,
      [tenantId, xid.toString(), seq.toString(), atSeconds],
    );
    return row?.event;
  }

  /** Reads the feed of all tenants after a position, and returns the position of the end of the feed. */
  async feed(
    after: LogPosition | OldLogPosition,
    limit: number,
  ): Promise<{ readonly rows: readonly StoredFedEvent[]; readonly end: LogPosition }> {
    const { number, atSeconds } = 'xid' in after ? await this.feedPosition(after) : after;
    const row = await this.database
      .platform()
      .one<{ feed: Feed }>('SELECT events.feed_after($1, $2, $3) AS feed', [number, atSeconds, limit]);
    const { last, lastAt, rows } = row.feed;
    return {
      rows: rows.map(({ position, at, ...event }) => ({
        ...event,
        feed: { number: position, ofAll: 0, atSeconds: at },
      })),
      end: { number: last, ofAll: 0, atSeconds: lastAt },
    };
  }

  private async feedPosition({ xid, seq }: OldLogPosition): Promise<LogPosition> {
    const sql = 'SELECT events.feed_position($1, $2)::float8 AS position';
    const row = await this.database.platform().one<{ position: number }>(sql, [xid.toString(), seq.toString()]);
    return { number: row.position, ofAll: 0, atSeconds: 0 };
  }

  /** Returns the position after a tenant's newest numbered event. */
  async end(tenantId: string): Promise<LogPosition> {
    const row = await this.database.tenant(tenantId).maybeOne<{ number: number; atSeconds: number }>(
      `SELECT last::float8 AS number, floor(extract(epoch FROM last_at))::float8 AS "atSeconds"
       FROM events.counters WHERE tenant_id = $1`,
      [tenantId],
    );
    return { number: 0, atSeconds: 0, ...row, ofAll: 0 };
  }

  /** Returns the waiting tenants whose log has new events. */
  moved(waiting: readonly Waiting[]): Promise<ReadonlySet<string>> {
    return movedLogs(this.database, 'events.moved_past($1, $2)', waiting);
  }

  /** Moves the oldest staged events into the log. @returns the number of moved events. */
  async moveStaged(atMost: number): Promise<number> {
    const sql = 'SELECT events.move_staged($1) AS moved';
    return (await this.database.platform().one<{ moved: number }>(sql, [atMost])).moved;
  }

  /**
   * Creates the partitions for today and the next `ahead` days.
   * @returns the number of partitions that were missing.
   */
  async makeDays(ahead: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ made: number }>('SELECT events.make_days($1) AS made', [ahead]);
    return row?.made ?? 0;
  }

  /**
   * Drops the partitions for days before the last `keep` days.
   * @returns the number of dropped partitions. Errors: `unavailable` when another transaction blocks the drop.
   */
  async dropDays(keep: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ dropped: number }>('SELECT events.drop_days($1) AS dropped', [keep]);
    return row?.dropped ?? 0;
  }
}

function toStored(tenantId: string, event: JsonEvent): StoredEvent {
  return { ...event, tenantId, ofAll: 0, atSeconds: Math.floor(event.atMs / 1000) };
}
