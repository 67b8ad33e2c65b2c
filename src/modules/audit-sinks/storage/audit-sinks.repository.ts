import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { Lease } from '../../../kernel/tasks/lease-worker';
import type { AuditFilter } from '../../audit/contract/audit-query.types';

/** A sink as stored. */
export interface StoredSink {
  readonly id: string;
  readonly name: string;
  readonly kind: 'webhook' | 'file';
  readonly url: string | null;
  readonly filter: AuditFilter;
  readonly includePersonal: boolean;
  readonly keyId: string | null;
  readonly sealed: Buffer | null;
  readonly paused: boolean;
  readonly place: number;
  readonly attempts: number;
  readonly lastError: string | null;
  /** True while it waits for disk space. */
  readonly isFull: boolean;
  readonly createdAt: Date;
}

/** The progress of a run. */
export interface SinkProgress {
  readonly place: number;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly isFull: boolean;
  /** Delay before the next run, in milliseconds from now. */
  readonly afterMs: number;
}

export interface StoredDeadLetter {
  readonly sequence: number;
  readonly recordId: string;
  readonly reason: string;
  readonly failedAt: Date;
  readonly replay: boolean;
}

const SINK = `id, name, kind, url, filter, include_personal AS "includePersonal", is_full AS "isFull", key_id AS "keyId", sealed, paused, place::float8 AS place, attempts,
  last_error AS "lastError", created_at AS "createdAt"`;
const LETTER = `sequence::float8 AS sequence, record_id AS "recordId", reason, failed_at AS "failedAt", replay`;

@Injectable()
export class AuditSinksRepository {
  constructor(private readonly database: Database) {}

  /** @returns false when the tenant has reached the maximum. */
  async insert(tx: Tx, tenantId: string, sink: StoredSink, most: number, event: StagedEvent): Promise<boolean> {
    await lockTenant(tx, 'audit_sinks.sinks', tenantId);
    const count = await tx.count(
      `INSERT INTO audit_sinks.sinks (tenant_id, id, name, kind, url, filter, key_id, sealed, place, due_at, created_at,
           include_personal)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, now(), $10, $11
         WHERE (SELECT count(*) FROM audit_sinks.sinks WHERE tenant_id = $1) < $12 RETURNING id`,
      [
        ...[tenantId, sink.id, sink.name, sink.kind, sink.url, toJsonb(sink.filter), sink.keyId, sink.sealed],
        ...[sink.place, sink.createdAt, sink.includePersonal, most],
      ],
    );
    if (count === 0) return false;
    await stageEvent(tx, event);
    return true;
  }

  list(tenantId: string): Promise<StoredSink[]> {
    const sql = `SELECT ${SINK} FROM audit_sinks.sinks WHERE tenant_id = $1 ORDER BY id`;
    return this.database.tenant(tenantId).rows<StoredSink>(sql, [tenantId]);
  }

  async find(tenantId: string, id: string): Promise<StoredSink | null> {
    const sql = `SELECT ${SINK} FROM audit_sinks.sinks WHERE tenant_id = $1 AND id = $2`;
    return (await this.database.tenant(tenantId).maybeOne<StoredSink>(sql, [tenantId, id])) ?? null;
  }

  /** @returns false when there is no such sink. */
  setPaused(tenantId: string, id: string, paused: boolean, event: StagedEvent): Promise<boolean> {
    const sql = `UPDATE audit_sinks.sinks SET paused = $3, attempts = 0, due_at = now() WHERE tenant_id = $1 AND id = $2 RETURNING id`;
    return this.write(tenantId, sql, [tenantId, id, paused], event);
  }

  /** @returns false when there is no such sink. */
  remove(tenantId: string, id: string, event: StagedEvent): Promise<boolean> {
    const sql = 'DELETE FROM audit_sinks.sinks WHERE tenant_id = $1 AND id = $2 RETURNING id';
    return this.write(tenantId, sql, [tenantId, id], event);
  }

  /** Leases at most `atMost` sinks that are due. */
  claim(holder: string, seconds: number, atMost: number): Promise<readonly Lease[]> {
    const sql = 'SELECT tenant_id AS "tenantId", id FROM audit_sinks.claim($1, $2, $3)';
    return this.database.platform().rows<Lease>(sql, [holder, seconds, atMost]);
  }

  /**
   * Saves the progress of a run if this holder still has the lease.
   * @param seconds the remaining duration of the lease; 0 when the run has ended.
   * @returns false when another holder has the lease or the sink was removed: the caller must then stop sending.
   */
  async progress(
    tenantId: string,
    id: string,
    holder: string,
    { place, attempts, lastError, isFull, afterMs }: SinkProgress,
    seconds: number,
  ): Promise<boolean> {
    const count = await this.database.tenant(tenantId).count(
      `UPDATE audit_sinks.sinks SET place = greatest(place, $4), attempts = $5, last_error = $6, is_full = $9,
         due_at = clock_timestamp() + make_interval(secs => $7::float8 / 1000),
         lease = CASE WHEN $8::int = 0 THEN NULL ELSE lease END,
         leased_until = CASE WHEN $8::int = 0 THEN NULL ELSE clock_timestamp() + make_interval(secs => $8::int) END
       WHERE tenant_id = $1 AND id = $2 AND lease = $3 RETURNING id`,
      [tenantId, id, holder, place, attempts, lastError, afterMs, seconds, isFull],
    );
    return count > 0;
  }

  /** Stores a record that could not be delivered. */
  async bury(
    tenantId: string,
    sinkId: string,
    letter: { sequence: number; recordId: string; reason: string },
  ): Promise<void> {
    await this.database.tenant(tenantId).run(
      `INSERT INTO audit_sinks.dead_letters (tenant_id, sink_id, sequence, record_id, reason, failed_at)
       VALUES ($1, $2, $3, $4, $5, now())
       ON CONFLICT (tenant_id, sink_id, sequence) DO UPDATE SET reason = $5, failed_at = now(), replay = false`,
      [tenantId, sinkId, letter.sequence, letter.recordId, letter.reason],
    );
  }

  /** Returns dead letters after a sequence, oldest first; with `replay`, only dead letters that must be retried. */
  deadLetters(
    tenantId: string,
    sinkId: string,
    after: number,
    limit: number,
    replay = false,
  ): Promise<StoredDeadLetter[]> {
    return this.database.tenant(tenantId).rows<StoredDeadLetter>(
      `SELECT ${LETTER} FROM audit_sinks.dead_letters
       WHERE tenant_id = $1 AND sink_id = $2 AND sequence > $3 AND (replay OR NOT $5::boolean) ORDER BY sequence LIMIT $4`,
      [tenantId, sinkId, after, limit, replay],
    );
  }

  async unbury(tenantId: string, sinkId: string, sequence: number): Promise<void> {
    const sql = 'DELETE FROM audit_sinks.dead_letters WHERE tenant_id = $1 AND sink_id = $2 AND sequence = $3';
    await this.database.tenant(tenantId).run(sql, [tenantId, sinkId, sequence]);
  }

  /** Marks every dead letter for a retry. @returns the number of marked dead letters. */
  async replay(tx: Tx, tenantId: string, sinkId: string, event: StagedEvent): Promise<number> {
    const marked = await tx.count(
      'UPDATE audit_sinks.dead_letters SET replay = true WHERE tenant_id = $1 AND sink_id = $2',
      [tenantId, sinkId],
    );
    await tx.run('UPDATE audit_sinks.sinks SET due_at = now() WHERE tenant_id = $1 AND id = $2', [tenantId, sinkId]);
    await stageEvent(tx, event);
    return marked;
  }

  private write(tenantId: string, sql: string, values: readonly unknown[], event: StagedEvent): Promise<boolean> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const count = await tx.count(sql, [...values]);
      if (count === 0) return false;
      await stageEvent(tx, event);
      return true;
    });
  }
}
