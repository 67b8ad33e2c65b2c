import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { AttemptLimit } from '../domain/attempt-limits';

/** Counts of failed sign-ins. They do not belong to a tenant, so only database functions can access them. */
@Injectable()
export class SignInFailuresRepository {
  constructor(private readonly database: Database) {}

  /** Returns the time when the longest wait of these keys ends, in Unix milliseconds; `null` if no key has to wait. */
  async blockedUntilMs(keys: readonly Buffer[], nowMs: number): Promise<number | null> {
    const row = await this.database
      .platform()
      .maybeOne<{ until: Date | null }>('SELECT users.sign_in_blocked_until($1, $2) AS until', [keys, new Date(nowMs)]);
    return row?.until?.getTime() ?? null;
  }

  /**
   * Counts a failure for a key.
   * @param account the key of the account that this count and others belong to; `null` if there is none.
   * @returns false, without counting, while the key must wait.
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

  /** Uncounts one failure, and cancels the wait that it caused. */
  async takeBack(key: Buffer): Promise<void> {
    await this.database.platform().run('SELECT users.take_back_sign_in_failure($1)', [key]);
  }

  async forget(keys: readonly Buffer[]): Promise<void> {
    await this.database.platform().run('SELECT users.forget_sign_in_failures($1)', [keys]);
  }

  /** Deletes expired sessions and links, and failures that no longer count. Keeps at most `atMost` failures. */
  async sweep(nowMs: number, atMost: number): Promise<void> {
    await this.database.platform().run('SELECT users.sweep($1, $2)', [new Date(nowMs), atMost]);
  }
}
