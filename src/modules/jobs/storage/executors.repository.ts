import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** The jobs of a type that no worker accepts. */
export interface Unserved {
  readonly type: string;
  readonly kinds: readonly string[];
  readonly count: number;
}

/** The registry of the processes that run jobs. */
@Injectable()
export class ExecutorsRepository {
  constructor(private readonly database: Database) {}

  /** @param takes the accepted kinds by type; `null` for all kinds. */
  async join(id: string, node: string, protocol: number, takes: object): Promise<void> {
    await this.database
      .platform()
      .run('SELECT jobs.join($1, $2, $3, $4::jsonb)', [id, node, protocol, JSON.stringify(takes)]);
  }

  /**
   * Deregisters a worker. @param heard the last observed number of its heartbeats; `null` when the worker deregisters itself.
   * @returns false when the worker has sent another heartbeat since, or was already deregistered.
   */
  async leave(id: string, heard: number | null): Promise<boolean> {
    const row = await this.database
      .platform()
      .maybeOne<{ left: boolean }>('SELECT jobs.leave($1, $2) AS left', [id, heard]);
    return row?.left ?? false;
  }

  /** Deletes jobs that ended long ago. @returns the number of deleted jobs. */
  async sweep(keptDays: number, atMost: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ swept: number }>('SELECT jobs.sweep($1, $2) AS swept', [keptDays, atMost]);
    return row?.swept ?? 0;
  }

  /**
   * Finds jobs that have waited for this many seconds without a worker that accepts them. Returns their number and their kinds for each
   * type.
   */
  async withoutRunner(seconds: number, atMost: number): Promise<readonly Unserved[]> {
    const sql = `SELECT type, count(*)::int AS count, array_agg(DISTINCT kind) AS kinds
      FROM jobs.without_runner($1, $2) GROUP BY type`;
    return this.database.platform().rows<Unserved>(sql, [seconds, atMost]);
  }

  /** Fails such jobs. @param message the message for their tenants. @returns the number of failed jobs. */
  async failWithoutRunner(seconds: number, atMost: number, message: string): Promise<number> {
    const sql = 'SELECT jobs.fail_without_runner($1, $2, $3) AS failed';
    const row = await this.database.platform().maybeOne<{ failed: number }>(sql, [seconds, atMost, message]);
    return row?.failed ?? 0;
  }
}
