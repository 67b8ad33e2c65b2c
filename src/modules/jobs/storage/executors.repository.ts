import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** The processes that run jobs, as they know of each other. */
@Injectable()
export class ExecutorsRepository {
  constructor(private readonly database: Database) {}

  /** @param takes type to its kinds, or to `null` for any. */
  async join(id: string, node: string, protocol: number, takes: object): Promise<void> {
    await this.database.query('SELECT jobs.join($1, $2, $3, $4::jsonb)', [id, node, protocol, JSON.stringify(takes)]);
  }

  /**
   * A worker is gone. @param heard how often it has told that it lives; `null`: it says so itself.
   * @returns false when it has told so once more meanwhile, or is known to be gone.
   */
  async leave(id: string, heard: number | null): Promise<boolean> {
    const [row] = await this.database.query<{ left: boolean }>('SELECT jobs.leave($1, $2) AS left', [id, heard]);
    return row?.left ?? false;
  }

  /** Forgets jobs that ended long ago. @returns how many. */
  async sweep(keptDays: number, atMost: number): Promise<number> {
    const [row] = await this.database.query<{ swept: number }>('SELECT jobs.sweep($1, $2) AS swept', [
      keptDays,
      atMost,
    ]);
    return row?.swept ?? 0;
  }
}
