import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** An addition to the usage of a monthly quota. */
export interface Use {
  readonly tenantId: string;
  readonly name: string;
  /** The amount to add; 0 to only read the usage. */
  readonly amount: number;
}

/** The usage of monthly quotas. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds to the usage and returns the sums in the same order. All processes must pass the additions in the same order.
   * @param month the first day of the month, `2026-11-01`.
   */
  async add(month: string, uses: readonly Use[]): Promise<readonly number[]> {
    const rows = await this.database
      .platform()
      .rows<{ used: string }>('SELECT rate_limit.use($1, $2, $3, $4) AS used', [
        uses.map(({ tenantId }) => tenantId),
        uses.map(({ name }) => name),
        month,
        uses.map(({ amount }) => amount),
      ]);
    return rows.map(({ used }) => Number(used));
  }
}
