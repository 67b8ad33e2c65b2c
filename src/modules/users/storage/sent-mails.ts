import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { mailboxKey } from '../domain/email-key';

const WINDOW_MS = 86_400_000;

/** A mail to an unconfirmed address, and the maximum number of such mails in 24 hours. */
export interface UnconfirmedMail {
  readonly tenantId: string;
  readonly email: string;
  readonly now: Date;
  /** The limit for the mailbox, regardless of what follows `+` in its address. */
  readonly perMailbox: number;
  /** The total limit for all addresses. */
  readonly perTenant: number;
}

/** Serializes a tenant's writes that send mail. Call it before locking any user's row. */
export async function lockMails(tx: Tx, tenantId: string): Promise<void> {
  await lockTenant(tx, 'users.sent_mails', tenantId);
}

/**
 * Counts a mail within the caller's transaction and {@link lockMails}.
 * @returns the limit that has been reached, in which case the mail is not counted; `null` if the mail can be sent.
 */
export async function countMail(tx: Tx, mail: UnconfirmedMail): Promise<'mailbox' | 'tenant' | null> {
  const { tenantId, email, now, perMailbox, perTenant } = mail;
  // Counting does not need the address, so only its hash is stored.
  const mailbox = hash('sha256', JSON.stringify([tenantId, mailboxKey(email)]), 'buffer');
  const sent = await tx.maybeOne<{ mailbox: number; tenant: number }>(
    `SELECT count(*) FILTER (WHERE mailbox = $2)::int AS mailbox, count(*)::int AS tenant
     FROM users.sent_mails WHERE tenant_id = $1 AND sent_at > $3`,
    [tenantId, mailbox, new Date(now.getTime() - WINDOW_MS)],
  );
  if ((sent?.mailbox ?? 0) >= perMailbox) return 'mailbox';
  if ((sent?.tenant ?? 0) >= perTenant) return 'tenant';
  await tx.run('INSERT INTO users.sent_mails (tenant_id, mailbox, sent_at) VALUES ($1, $2, $3)', [
    tenantId,
    mailbox,
    now,
  ]);
  return null;
}

/** Counts mails to addresses without an account. */
@Injectable()
export class SentMailsRepository {
  constructor(private readonly database: Database) {}

  /** Counts a mail and records its event. @returns false, without either, if a limit has been reached. */
  count(mail: UnconfirmedMail, event: StagedEvent): Promise<boolean> {
    return this.database.tenantTransaction(mail.tenantId, async (tx) => {
      await lockMails(tx, mail.tenantId);
      if ((await countMail(tx, mail)) !== null) return false;
      await stageEvent(tx, event);
      return true;
    });
  }
}
