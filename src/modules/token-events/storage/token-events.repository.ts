import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { PreparedStatement } from '../../../kernel/database/sql';
import type { LogPosition, OldLogPosition } from '../../../kernel/log/log-position';
import { movedLogs } from '../../../kernel/log/log-store';
import type { Waiting } from '../../../kernel/log/log-watch';
import type {
  NewTokenEvent,
  TokenEventDetails,
  TokenEventFilter,
  TokenEventType,
} from '../contract/token-events.types';
import type { LogRead } from '../domain/merge-logs';

/** An event to log, with the audit event of the call that caused it. */
export interface AuditedTokenEvent {
  readonly event: NewTokenEvent;
  readonly staged: StagedEvent;
}

/** A stored event. */
export interface StoredTokenEvent extends LogPosition {
  readonly atMs: number;
  readonly tenantId: string;
  readonly type: TokenEventType;
  readonly clientId: string | null;
  readonly userId: string | null;
  readonly details: TokenEventDetails;
}

/** One read of a log. */
export interface LogQuery {
  readonly after: LogPosition;
  readonly filter: TokenEventFilter;
  readonly limit: number;
  /** Numbers of events in the installation's log. The result contains the tenant's last event before each of them. */
  readonly among?: readonly number[];
}

/** The result of one read of a log. */
export interface StoredRead extends LogRead<StoredTokenEvent> {
  /** True if the log issued the position and still contains all events after it. */
  readonly isKept: boolean;
}

/**
 * The maximum number of rows that one read scans, whatever its filter. A search for the events of a rarely used app must not scan several
 * days.
 */
const MAX_PASSED = 20_000;

interface Row {
  readonly isKept: boolean;
  readonly last: number;
  readonly lastAt: number;
  readonly passed: number;
  readonly passedTo: number | null;
  readonly passedAt: number | null;
  readonly passedOfAll: number | null;
  readonly rows: readonly Omit<StoredTokenEvent, 'atSeconds'>[];
  readonly before: readonly { readonly ofAll: number; readonly number: number; readonly atSeconds: number }[];
}

/**
 * Reads the events of a tenant after a given number. Numbers have no gaps: if the next number is missing, its day was dropped, which is
 * irrelevant if the caller only wants later days. The time of the event at the position must match, as long as that event is stored,
 * because after a restore the number can belong to a different event. The bounds on `at` prune partitions: `move_staged` never gives an
 * event a time that is a day or more before the time of the preceding event.
 */
const READ: PreparedStatement = {
  name: 'token_events.read_after',
  text: `WITH counter AS MATERIALIZED (
      SELECT coalesce(max(last), 0) AS last, coalesce(max(last_at), 'epoch') AS last_at
      FROM token_events.counters WHERE tenant_id = $1
    ), passed AS MATERIALIZED (
      SELECT number, of_all, at, type, client_id, user_id, details FROM token_events.events
      WHERE tenant_id = $1 AND number > $2::bigint AND $2 < (SELECT last FROM counter)
        AND at >= greatest(to_timestamp($3::float8) - interval '1 day', date_trunc('day', $4::timestamptz, 'UTC'))
        AND at < coalesce($5::timestamptz, 'infinity')
      ORDER BY number LIMIT $10
    ), fitting AS (
      SELECT * FROM passed
      WHERE ($4::timestamptz IS NULL OR at >= $4) AND ($6::text[] IS NULL OR type = ANY ($6))
        AND ($7::text IS NULL OR client_id = $7) AND ($8::text IS NULL OR user_id = $8)
      ORDER BY number LIMIT $9
    ), reached AS (SELECT number, of_all, at FROM passed ORDER BY number DESC LIMIT 1)
    SELECT counter.last::float8 AS last, floor(extract(epoch FROM counter.last_at))::float8 AS "lastAt",
      (CASE WHEN $2 < counter.last THEN coalesce($4 >= token_events.kept_from(), false) OR EXISTS (
          SELECT FROM token_events.events
          WHERE tenant_id = $1 AND number = $2 + 1 AND at >= to_timestamp($3) - interval '1 day')
        ELSE $2 = counter.last END
        AND (to_timestamp($3) < token_events.kept_from() OR EXISTS (
          SELECT FROM token_events.events WHERE tenant_id = $1 AND number = $2
            AND at >= to_timestamp($3) AND at < to_timestamp($3) + interval '1 second'))) AS "isKept",
      (SELECT count(*) FROM passed)::int AS passed,
      (SELECT number::float8 FROM reached) AS "passedTo", (SELECT of_all::float8 FROM reached) AS "passedOfAll",
      (SELECT floor(extract(epoch FROM at))::float8 FROM reached) AS "passedAt",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('ofAll', asked.of_all, 'number', own.number,
          'atSeconds', floor(extract(epoch FROM own.at)))), '[]')
        FROM unnest($11::bigint[]) AS asked (of_all) CROSS JOIN LATERAL (
          SELECT number, at FROM passed WHERE passed.of_all < asked.of_all
          UNION ALL SELECT coalesce(min(number) - 1, counter.last), 'epoch' FROM passed HAVING $2 = 0
          ORDER BY number DESC LIMIT 1) AS own) AS before,
      coalesce((SELECT jsonb_agg(jsonb_build_object('number', number, 'ofAll', of_all,
          'atMs', floor(extract(epoch FROM at) * 1000), 'tenantId', $1::text, 'type', type, 'clientId', client_id,
          'userId', user_id, 'details', details) ORDER BY number) FROM fitting), '[]') AS rows
    FROM counter`,
};

/** Reads the most recent issuances. The bound on `number` limits the scan. */
const ISSUANCES = `SELECT number::float8 AS number, of_all::float8 AS "ofAll", tenant_id AS "tenantId", type,
    floor(extract(epoch FROM at) * 1000)::float8 AS "atMs", client_id AS "clientId", user_id AS "userId", details
  FROM token_events.events
  WHERE tenant_id = $1 AND type IN ('token.issued', 'token.refreshed') AND details->>'grantType' = ANY ($2)
    AND ($3::text IS NULL OR client_id = $3)
    AND number > (SELECT last FROM token_events.counters WHERE tenant_id = $1) - $5
  ORDER BY number DESC LIMIT $4`;

/** Converts a position from an earlier version to a number, and checks that the position is still valid. */
const TRANSLATE = `SELECT ($2::xid8 <= pg_snapshot_xmin(pg_current_snapshot())
    AND to_timestamp($4::float8) >= token_events.kept_from()
    AND $2::xid8 >= coalesce((SELECT xids_from FROM token_events.counters WHERE tenant_id = $1), '0')) AS "isKept",
  coalesce(
    (SELECT number FROM token_events.events WHERE tenant_id = $1 AND (xid, seq) <= ($2::xid8, $3::bigint)
     ORDER BY xid DESC, seq DESC LIMIT 1),
    (SELECT number - 1 FROM token_events.events WHERE tenant_id = $1 AND (xid, seq) > ($2::xid8, $3::bigint)
     ORDER BY xid, seq LIMIT 1),
    (SELECT last FROM token_events.counters WHERE tenant_id = $1), 0)::float8 AS number`;

@Injectable()
export class TokenEventsRepository {
  constructor(private readonly database: Database) {}

  /** Stages events of any number of tenants, and adds their audit events to the outbox, in one transaction. */
  async append(events: readonly AuditedTokenEvent[]): Promise<void> {
    await this.database
      .platform()
      .run('SELECT token_events.log_all($1::jsonb), kernel.stage_events($2::jsonb)', [
        toJsonb(events.map(({ event }) => event)),
        toJsonb(events.map(({ staged }) => staged)),
      ]);
  }

  /** Reads a log after a given position. */
  async read(tenantId: string, { after, filter, limit, among = [] }: LogQuery): Promise<StoredRead> {
    const row = await this.database
      .tenant(tenantId)
      .one<Row>(READ, [
        tenantId,
        after.number,
        after.atSeconds,
        filter.from ?? null,
        filter.to ?? null,
        filter.types ?? null,
        filter.clientId ?? null,
        filter.userId ?? null,
        limit,
        MAX_PASSED,
        among,
      ]);
    const rows = row.rows.map((event) => ({ ...event, atSeconds: Math.floor(event.atMs / 1000) }));
    const before = new Map(row.before.map(({ ofAll, ...own }) => [ofAll, own]));
    const base = { rows, before, isKept: row.isKept };
    const lastFitting = rows.at(-1);
    if (lastFitting !== undefined && rows.length === limit) return { ...base, reached: lastFitting, more: true };
    const { last, lastAt, passed, passedTo, passedAt, passedOfAll } = row;
    const ofAll = passedOfAll ?? 0;
    if (passed === MAX_PASSED && passedTo !== null && passedAt !== null) {
      return { ...base, reached: { number: passedTo, ofAll, atSeconds: passedAt }, more: true };
    }
    return { ...base, reached: { number: last, ofAll, atSeconds: lastAt }, more: false };
  }

  /** Returns the most recent issuances of tokens, newest first. */
  async issuances(
    tenantId: string,
    grantTypes: readonly string[],
    clientId: string | null,
    limit: number,
  ): Promise<readonly StoredTokenEvent[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<Omit<StoredTokenEvent, 'atSeconds'>>(ISSUANCES, [tenantId, grantTypes, clientId, limit, MAX_PASSED]);
    return rows.map((row) => ({ ...row, atSeconds: Math.floor(row.atMs / 1000) }));
  }

  /** Returns the number for a position from an earlier version; `null` if events after it are no longer stored. */
  async translate(tenantId: string, { xid, seq, atSeconds }: OldLogPosition): Promise<number | null> {
    const row = await this.database
      .tenant(tenantId)
      .one<{ isKept: boolean; number: number }>(TRANSLATE, [tenantId, xid.toString(), seq.toString(), atSeconds]);
    return row.isKept ? row.number : null;
  }

  /** Returns the position after the newest numbered event of a log. */
  async end(tenantId: string): Promise<LogPosition> {
    const row = await this.database.tenant(tenantId).maybeOne<{ number: number; atSeconds: number }>(
      `SELECT last::float8 AS number, floor(extract(epoch FROM last_at))::float8 AS "atSeconds"
       FROM token_events.counters WHERE tenant_id = $1`,
      [tenantId],
    );
    return { number: 0, atSeconds: 0, ...row, ofAll: 0 };
  }

  /** Moves the oldest staged events into the log. Returns the number of moved events. */
  async moveStaged(atMost: number): Promise<number> {
    const sql = 'SELECT token_events.move_staged($1) AS moved';
    return (await this.database.platform().one<{ moved: number }>(sql, [atMost])).moved;
  }

  /** Returns the waiting tenants whose log has new events. */
  moved(waiting: readonly Waiting[]): Promise<ReadonlySet<string>> {
    return movedLogs(this.database, 'token_events.moved_past($1, $2)', waiting);
  }

  /**
   * Creates the partitions for today and the next `ahead` days.
   * @returns the number of partitions that were missing.
   */
  async makeDays(ahead: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ made: number }>('SELECT token_events.make_days($1) AS made', [ahead]);
    return row?.made ?? 0;
  }

  /**
   * Drops the partitions for days before the last `keep` days.
   * @returns the number of dropped partitions. Errors: `unavailable` if a concurrent transaction blocks the drop.
   */
  async dropDays(keep: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ dropped: number }>('SELECT token_events.drop_days($1) AS dropped', [keep]);
    return row?.dropped ?? 0;
  }
}
