import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

const MICROS = 1_000;

/** Counts of many tenants for a single statement; all times are in milliseconds. */
interface Takes {
  readonly tenants: readonly string[];
  readonly names: readonly string[];
  readonly stepsMs: readonly number[];
  readonly capacitiesMs: readonly number[];
  readonly calls: readonly number[];
}

interface Unused {
  readonly tenantId: string;
  readonly name: string;
  readonly filledMs: number;
}

interface Lease {
  readonly tenantId: string;
  readonly name: string;
  readonly id: string;
  readonly limit: number;
  readonly ttlMs: number;
}

/** The counts that sidecars share in PostgreSQL. */
@Injectable()
export class BucketsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Returns, for each count, the number of calls that fit and the resulting fill level. All processes must pass counts in the same order to
   * avoid deadlocks.
   */
  async take(takes: Takes): Promise<readonly { readonly granted: number; readonly filledMs: number }[]> {
    const rows = await this.database
      .platform()
      .rows<{ granted: number; filled: number }>('SELECT granted, filled FROM rate_limit.take($1, $2, $3, $4, $5)', [
        takes.tenants,
        takes.names,
        takes.stepsMs.map(toMicros),
        takes.capacitiesMs.map(toMicros),
        takes.calls,
      ]);
    return rows.map(({ granted, filled }) => ({ granted, filledMs: filled / MICROS }));
  }

  /** Subtracts counts. All processes must pass counts in the same order. */
  async giveBack(unused: readonly Unused[]): Promise<void> {
    await this.database
      .platform()
      .run('SELECT rate_limit.give_back($1, $2, $3)', [
        unused.map(({ tenantId }) => tenantId),
        unused.map(({ name }) => name),
        unused.map(({ filledMs }) => toMicros(filledMs)),
      ]);
  }

  async forget(tenantId: string, names: readonly string[]): Promise<void> {
    await this.database.platform().run('SELECT rate_limit.forget($1, $2)', [tenantId, names]);
  }

  async acquire({ tenantId, name, id, limit, ttlMs }: Lease): Promise<boolean> {
    const sql = `SELECT rate_limit.acquire($1, $2, $3, $4, $5 * interval '1 millisecond') AS acquired`;
    const row = await this.database.platform().maybeOne<{ acquired: boolean }>(sql, [tenantId, name, id, limit, ttlMs]);
    return row?.acquired === true;
  }

  async release(tenantId: string, name: string, id: string): Promise<void> {
    await this.database.platform().run('SELECT rate_limit.release($1, $2, $3)', [tenantId, name, id]);
  }

  async ping(): Promise<void> {
    await this.database.platform().run('SELECT 1');
  }

  /** Deletes empty counts and expired leases. */
  async prune(): Promise<void> {
    await this.database.platform().run('SELECT rate_limit.prune()');
  }

  /**
   * Writes the heartbeat of a process.
   * @returns the number of processes with a heartbeat within the last `rememberedMs` milliseconds.
   */
  async beat(replica: string, rememberedMs: number): Promise<number> {
    const sql = `SELECT rate_limit.beat($1, $2 * interval '1 millisecond') AS alive`;
    const row = await this.database.platform().maybeOne<{ alive: number }>(sql, [replica, rememberedMs]);
    return row?.alive ?? 1;
  }

  async leave(replica: string): Promise<void> {
    await this.database.platform().run('SELECT rate_limit.leave($1)', [replica]);
  }
}

function toMicros(ms: number): number {
  return ms * MICROS;
}
