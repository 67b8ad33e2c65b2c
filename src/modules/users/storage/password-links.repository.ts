import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { countMail, lockMails, type UnconfirmedMail } from './sent-mails';

/** The owner of a link. */
export interface LinkOwner {
  readonly tenantId: string;
  readonly userId: string;
  readonly email: string;
}

/** A link to store. Only the mail contains the token itself. */
export interface NewLink {
  readonly tenantId: string;
  readonly userId: string;
  readonly hash: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Thrown to roll back the transaction for a link that must not be sent. */
class TooManyMails extends Error {}

@Injectable()
export class PasswordLinksRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores a link with its event, unless the user already has `atMost` valid links or too many mails have been sent.
   * @param mail the mail to count; `null` for an address that its user has confirmed.
   * @returns the reason why the link was not stored; `null` if it was stored.
   */
  async insert(
    link: NewLink,
    atMost: number,
    mail: Omit<UnconfirmedMail, 'tenantId' | 'now'> | null,
    event: StagedEvent,
  ): Promise<'too_many_links' | 'too_many_mails' | null> {
    const { tenantId, userId, hash, createdAt, expiresAt } = link;
    const insert = this.database.tenantTransaction(tenantId, async (tx) => {
      if (mail !== null) await lockMails(tx, tenantId);
      // A lock on the user's row serializes concurrent requests for one user.
      await tx.run('SELECT 1 FROM users.users WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [tenantId, userId]);
      const count = await tx.count(
        `INSERT INTO users.password_links (tenant_id, hash, user_id, created_at, expires_at)
         SELECT $1, $2, $3, $4, $5
         WHERE (SELECT count(*) FROM users.password_links
                WHERE tenant_id = $1 AND user_id = $3 AND used_at IS NULL AND expires_at > $4) < $6
         RETURNING hash`,
        [tenantId, hash, userId, createdAt, expiresAt, atMost],
      );
      if (count === 0) return 'too_many_links';
      if (mail !== null && (await countMail(tx, { ...mail, tenantId, now: createdAt })) !== null)
        throw new TooManyMails();
      await stageEvent(tx, event);
      return null;
    });
    return insert.catch((error: unknown) => {
      if (error instanceof TooManyMails) return 'too_many_mails';
      throw error;
    });
  }

  /** Returns the owner of a valid link; `null` if it is unknown, used or expired, or its user is not allowed to sign in. */
  async owner(hash: Buffer, now: Date): Promise<LinkOwner | null> {
    const found = await this.database
      .platform()
      .maybeOne<{ tenant: string | null }>('SELECT users.tenant_of_password_link($1) AS tenant', [hash]);
    const tenantId = found?.tenant ?? null;
    if (tenantId === null) return null;
    const row = await this.database.tenant(tenantId).maybeOne<{ user_id: string; email: string }>(
      `SELECT l.user_id, u.email FROM users.password_links l
       JOIN users.users u ON u.tenant_id = l.tenant_id AND u.id = l.user_id
       WHERE l.tenant_id = $1 AND l.hash = $2 AND l.used_at IS NULL AND l.expires_at > $3
         AND u.status IN ('active', 'invited')`,
      [tenantId, hash, now],
    );
    return row ? { tenantId, userId: row.user_id, email: row.email } : null;
  }

  /**
   * Consumes a link, and all other links of its user, within the caller's transaction.
   * @returns false if it is no longer valid: of many concurrent calls, only one returns true.
   */
  async use(tx: Tx, { tenantId, userId }: Omit<LinkOwner, 'email'>, hash: Buffer, now: Date): Promise<boolean> {
    const used = await tx.rows<{ used: string }>(
      `WITH used AS (
         UPDATE users.password_links SET used_at = $3
         WHERE tenant_id = $1 AND hash = $2 AND used_at IS NULL AND expires_at > $3 RETURNING user_id)
       SELECT user_id AS used FROM used`,
      [tenantId, hash, now],
    );
    if (used.length === 0) return false;
    await this.useAll(tx, tenantId, userId, now);
    return true;
  }

  /** Consumes every link of a user: the links were sent to replace a password that is no longer the current one. */
  async useAll(tx: Tx, tenantId: string, userId: string, now: Date): Promise<void> {
    await tx.run(
      'UPDATE users.password_links SET used_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND used_at IS NULL',
      [tenantId, userId, now],
    );
  }
}
