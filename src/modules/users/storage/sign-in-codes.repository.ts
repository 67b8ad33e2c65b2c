import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';

/** A code to store. Only the mail contains the code itself. */
export interface NewSignInCode {
  readonly tenantId: string;
  readonly id: string;
  readonly userId: string;
  readonly codeHash: Buffer;
  readonly browserHash: Buffer;
  readonly request: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** The browser that asked for codes, and the user for whom. */
export interface CodeOwner {
  readonly tenantId: string;
  readonly userId: string;
  readonly browserHash: Buffer;
}

/** Codes for signing in without a password. */
@Injectable()
export class SignInCodesRepository {
  constructor(private readonly database: Database) {}

  /** Stores a code with its event. @returns false, without either, if the user already has `atMost` valid codes. */
  async insert(code: NewSignInCode, atMost: number, event: StagedEvent): Promise<boolean> {
    const { tenantId, id, userId, codeHash, browserHash, request, createdAt, expiresAt } = code;
    return this.database.tenantTransaction(tenantId, async (tx) => {
      // A lock on the user's row serializes concurrent requests for one user.
      await tx.run('SELECT 1 FROM users.users WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [tenantId, userId]);
      const count = await tx.count(
        `INSERT INTO users.sign_in_codes (tenant_id, id, user_id, code_hash, browser_hash, request, created_at, expires_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8
         WHERE (SELECT count(*) FROM users.sign_in_codes WHERE tenant_id = $1 AND user_id = $3 AND expires_at > $7) < $9`,
        [tenantId, id, userId, codeHash, browserHash, request, createdAt, expiresAt, atMost],
      );
      if (count === 0) return false;
      await stageEvent(tx, event);
      return true;
    });
  }

  /** Returns the address and the authorization request of a valid code, for the browser that asked for it; `null` otherwise. */
  async find(
    tenantId: string,
    id: string,
    browserHash: Buffer,
    now: Date,
  ): Promise<{ readonly email: string; readonly request: string } | null> {
    const row = await this.database.tenant(tenantId).maybeOne<{ email: string; request: string }>(
      `SELECT u.email, c.request FROM users.sign_in_codes c
       JOIN users.users u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
       WHERE c.tenant_id = $1 AND c.id = $2 AND c.browser_hash = $3 AND c.expires_at > $4`,
      [tenantId, id, browserHash, now],
    );
    return row ?? null;
  }

  /**
   * Counts an attempt for each valid code of a user in a browser, and uses up all codes of the user if it fits one of them.
   * @param hashOf returns the hash that the typed code would have as the code with this id. @returns false also for a code that has seen
   * `atMost` attempts. Of concurrent attempts with the same code, one succeeds.
   */
  async use(owner: CodeOwner, hashOf: (id: string) => Buffer, atMost: number, now: Date): Promise<boolean> {
    const { tenantId, userId, browserHash } = owner;
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const codes = await tx.rows<{ id: string; code_hash: Buffer }>(
        `WITH tried AS (
           UPDATE users.sign_in_codes SET attempts = attempts + 1
           WHERE tenant_id = $1 AND user_id = $2 AND browser_hash = $3 AND expires_at > $4 AND attempts < $5
           RETURNING id, code_hash)
         SELECT id, code_hash FROM tried`,
        [tenantId, userId, browserHash, now, atMost],
      );
      const fits = codes.some(({ id, code_hash }) => timingSafeEqual(code_hash, hashOf(id)));
      if (fits)
        await tx.run('DELETE FROM users.sign_in_codes WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
      return fits;
    });
  }
}
