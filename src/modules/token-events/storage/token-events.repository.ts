import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { PreparedStatement } from '../../../kernel/database/sql';
import type { LogPosition } from '../../../kernel/log/log-position';
import { endOfLogs, movedLogs } from '../../../kernel/log/log-store';
import type { Waiting } from '../../../kernel/log/log-watch';
import type {
  NewTokenEvent,
  TokenEventDetails,
  TokenEventFilter,
  TokenEventType,
} from '../contract/token-events.types';
import type { LogRead } from '../domain/merge-logs';

/** An event to be logged, with the audit event of the call that made it. */
export interface AuditedTokenEvent {
  readonly event: NewTokenEvent;
  readonly staged: StagedEvent;
}

/** An event as stored. */
export interface StoredTokenEvent extends LogPosition {
  readonly atMs: number;
  readonly tenantId: string;
  readonly type: TokenEventType;
  readonly clientId: string | null;
  readonly userId: string | null;
  readonly details: TokenEventDetails;
}

/** One read of a tenant's log. */
export interface LogQuery {
  readonly after: LogPosition;
  /** Up to and with this; `null` for the horizon: all that can never change any more. */
  readonly upTo: LogPosition | null;
  readonly filter: TokenEventFilter;
  readonly limit: number;
}

/** What one read of the log found. */
export interface StoredRead extends LogRead<StoredTokenEvent> {
  /** Whether it ended before what was asked for, because of its limit. */
  readonly more: boolean;
  /** Unix seconds from which on all is kept. */
  readonly keptFromSeconds: number;
}

/** Rows that one read passes at most, whatever it looks for: a rare app's event must not be looked for through days. */
const MAX_PASSED = 20_000;

interface Row {
  readonly horizon: string;
  readonly now: number;
  readonly keptFrom: number;
  readonly passed: number;
  readonly lastXid: string | null;
  readonly lastSeq: string | null;
  readonly lastAt: number | null;
  readonly rows: readonly (Omit<StoredTokenEvent, 'xid' | 'seq' | 'atSeconds'> & {
    readonly xid: string;
    readonly seq: string;
  })[];
}

/**
 * The events of a tenant behind a place, as far as no transaction can add one any more. Days that cannot have any are
 * left out by their partitions; the moments within them are compared afterwards.
 */
const READ: PreparedStatement = {
  name: 'token_events.read',
  text: `WITH passed AS MATERIALIZED (
      SELECT xid, seq, at, type, client_id, user_id, details FROM token_events.events
      WHERE tenant_id = $1 AND (xid, seq) > ($2::xid8, $3::bigint)
        AND xid < pg_snapshot_xmin(pg_current_snapshot()) AND ($4::xid8 IS NULL OR (xid, seq) <= ($4::xid8, $5::bigint))
        AND at >= coalesce(date_trunc('day', $6::timestamptz, 'UTC'), '-infinity')
        AND at < coalesce($7::timestamptz, 'infinity')
      ORDER BY xid, seq LIMIT $12
    ), fitting AS (
      SELECT * FROM passed
      WHERE ($6::timestamptz IS NULL OR at >= $6) AND ($8::text[] IS NULL OR type = ANY ($8))
        AND ($9::text IS NULL OR client_id = $9) AND ($10::text IS NULL OR user_id = $10)
      ORDER BY xid, seq LIMIT $11
    ), last AS (SELECT xid, seq, at FROM passed ORDER BY xid DESC, seq DESC LIMIT 1)
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
      floor(extract(epoch FROM statement_timestamp()))::float8 AS now,
      extract(epoch FROM token_events.kept_from())::float8 AS "keptFrom",
      (SELECT count(*) FROM passed)::int AS passed,
      (SELECT xid::text FROM last) AS "lastXid", (SELECT seq::text FROM last) AS "lastSeq",
      (SELECT floor(extract(epoch FROM at))::float8 FROM last) AS "lastAt",
      coalesce((SELECT jsonb_agg(jsonb_build_object('xid', xid::text, 'seq', seq::text,
          'atMs', floor(extract(epoch FROM at) * 1000), 'tenantId', $1::text, 'type', type, 'clientId', client_id,
          'userId', user_id, 'details', details) ORDER BY xid, seq) FROM fitting), '[]') AS rows`,
};

@Injectable()
export class TokenEventsRepository {
  constructor(private readonly database: Database) {}

  /** Appends events of any tenants, and their audit events to the outbox, in one transaction. */
  async append(events: readonly AuditedTokenEvent[]): Promise<void> {
    await this.database
      .platform()
      .run('SELECT token_events.log_all($1::jsonb), kernel.stage_events($2::jsonb)', [
        toJsonb(events.map(({ event }) => event)),
        toJsonb(events.map(({ staged }) => staged)),
      ]);
  }

  /** What is behind a place of a tenant's log. */
  async read(tenantId: string, { after, upTo, filter, limit }: LogQuery): Promise<StoredRead> {
    const row = await this.database
      .tenant(tenantId)
      .one<Row>(READ, [
        tenantId,
        after.xid.toString(),
        after.seq.toString(),
        upTo?.xid.toString() ?? null,
        upTo?.seq.toString() ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.types ?? null,
        filter.clientId ?? null,
        filter.userId ?? null,
        limit,
        MAX_PASSED,
      ]);
    const rows = row.rows.map(toStored);
    const lastFitting = rows.at(-1);
    const end: LogPosition = upTo ?? { xid: BigInt(row.horizon), seq: 0n, atSeconds: row.now };
    const base = { rows, keptFromSeconds: row.keptFrom };
    if (lastFitting !== undefined && rows.length === limit) return { ...base, reached: lastFitting, more: true };
    if (row.passed === MAX_PASSED && row.lastXid !== null && row.lastSeq !== null) {
      const last = { xid: BigInt(row.lastXid), seq: BigInt(row.lastSeq), atSeconds: row.lastAt ?? row.now };
      return { ...base, reached: last, more: true };
    }
    return { ...base, reached: end, more: false };
  }

  /** The place behind everything that can never change any more, now. */
  end(): Promise<LogPosition> {
    return endOfLogs(this.database);
  }

  /** Of the tenants that are waited for, those whose log has gone on. */
  moved(waiting: readonly Waiting[]): Promise<ReadonlySet<string>> {
    return movedLogs(this.database, 'token_events.moved($1, $2, $3)', waiting);
  }

  /** Makes the partitions of today and the `ahead` days after; how many were missing. */
  async makeDays(ahead: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ made: number }>('SELECT token_events.make_days($1) AS made', [ahead]);
    return row?.made ?? 0;
  }

  /** Drops the partitions of days before the last `keep`; how many. Errors: `unavailable` when somebody is in the way. */
  async dropDays(keep: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ dropped: number }>('SELECT token_events.drop_days($1) AS dropped', [keep]);
    return row?.dropped ?? 0;
  }
}

function toStored({ xid, seq, ...row }: Row['rows'][number]): StoredTokenEvent {
  return { ...row, xid: BigInt(xid), seq: BigInt(seq), atSeconds: Math.floor(row.atMs / 1000) };
}
