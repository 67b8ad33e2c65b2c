import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** Jobs of a type that no worker takes. */
export interface Unserved {
  readonly type: string;
  readonly kinds: readonly string[];
  readonly count: number;
}

/** The processes that run jobs, as they know of each other. */
@Injectable()
export class ExecutorsRepository {
  constructor(private readonly database: Database) {}

  /** @param takes type to its kinds, or to `null` for any. */
  async join(id: string, node: string, protocol: number, takes: object): Promise<void> {
    await this.database
      .platform()
      .run('SELECT jobs.join($1, $2, $3, $4::jsonb)', [id, node, protocol, JSON.stringify(takes)]);
  }

  /**
   * A worker is gone. @param heard how often it has told that it lives; `null`: it says so itself.
   * @returns false when it has told so once more meanwhile, or is known to be gone.
   */
  async leave(id: string, heard: number | null): Promise<boolean> {
    const row = await this.database
      .platform()
      .maybeOne<{ left: boolean }>('SELECT jobs.leave($1, $2) AS left', [id, heard]);
    return row?.left ?? false;
  }

  /** Forgets jobs that ended long ago. @returns how many. */
  async sweep(keptDays: number, atMost: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ swept: number }>('SELECT jobs.sweep($1, $2) AS swept', [keptDays, atMost]);
    return row?.swept ?? 0;
  }

  /** Jobs, by type and with their kinds, that have waited for so many seconds and that no worker heard of since takes. */
  async withoutRunner(seconds: number, atMost: number): Promise<readonly Unserved[]> {
    const sql = `SELECT type, count(*)::int AS count, array_agg(DISTINCT kind) AS kinds
      FROM jobs.without_runner($1, $2) GROUP BY type`;
    return this.database.platform().rows<Unserved>(sql, [seconds, atMost]);
  }

  /** Fails such jobs. @param message for their tenants. @returns how many. */
  async failWithoutRunner(seconds: number, atMost: number, message: string): Promise<number> {
    const sql = 'SELECT jobs.fail_without_runner($1, $2, $3) AS failed';
    const row = await this.database.platform().maybeOne<{ failed: number }>(sql, [seconds, atMost, message]);
    return row?.failed ?? 0;
  }
}
