import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { AttemptLimit } from '../domain/attempt-limits';

/** Counts of failed sign-ins. They are of no tenant, so that they are reached by functions only. */
@Injectable()
export class SignInFailuresRepository {
  constructor(private readonly database: Database) {}

  /** Until when the most blocked of these keys must wait, in Unix milliseconds; `null` when none has to. */
  async blockedUntilMs(keys: readonly Buffer[], nowMs: number): Promise<number | null> {
    const row = await this.database
      .platform()
      .maybeOne<{ until: Date | null }>('SELECT users.sign_in_blocked_until($1, $2) AS until', [keys, new Date(nowMs)]);
    return row?.until?.getTime() ?? null;
  }

  /**
   * Counts a failure of a key.
   * @param account key of the account that it is one of several counts of; `null` for none.
   * @returns false, with nothing counted, while the key must wait.
   */
  async count(key: Buffer, account: Buffer | null, limit: AttemptLimit, nowMs: number): Promise<boolean> {
    const delays = [limit.firstDelayMs, limit.longestDelayMs, limit.rememberedMs].map((ms) => `${ms} milliseconds`);
    const row = await this.database.platform().maybeOne<{ counted: boolean }>(
      `SELECT users.count_sign_in_failure_of($1::bytea, $2::bytea, $3::int, $4::interval, $5::interval, $6::interval, $7::timestamptz)
         AS counted`,
      [key, account, limit.free, ...delays, new Date(nowMs)],
    );
    return row?.counted === true;
  }

  /** Takes one failure back, with the wait that it caused. */
  async takeBack(key: Buffer): Promise<void> {
    await this.database.platform().run('SELECT users.take_back_sign_in_failure($1)', [key]);
  }

  async forget(keys: readonly Buffer[]): Promise<void> {
    await this.database.platform().run('SELECT users.forget_sign_in_failures($1)', [keys]);
  }

  /** Drops expired sessions and links, and failures that no longer count; of the rest at most `atMost` failures stay. */
  async sweep(nowMs: number, atMost: number): Promise<void> {
    await this.database.platform().run('SELECT users.sweep($1, $2)', [new Date(nowMs), atMost]);
  }
}
