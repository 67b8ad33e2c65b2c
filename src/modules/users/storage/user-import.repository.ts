import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { newId } from '../../../kernel/ids/ids';
import type { ImportRow } from '../domain/import-row';
import { emailKey } from '../domain/email-key';
import { nameKey } from '../domain/name-key';

/** Maximum number of rows in one statement. */
const BATCH = 1_000;

@Injectable()
export class UserImportRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction of the tenant, for use cases with several steps. */
  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }

  /** Creates users for the addresses without an account, within the caller's transaction. @returns the number of created users. */
  async insert(tx: Tx, tenantId: string, rows: readonly ImportRow[], actorId: string, now: Date): Promise<number> {
    let made = 0;
    for (let from = 0; from < rows.length; from += BATCH) {
      made += await this.insertBatch(tx, tenantId, rows.slice(from, from + BATCH), actorId, now);
    }
    return made;
  }

  private async insertBatch(
    tx: Tx,
    tenantId: string,
    rows: readonly ImportRow[],
    actorId: string,
    now: Date,
  ): Promise<number> {
    const count = await tx.count(
      `INSERT INTO users.users (tenant_id, id, email, email_key, email_verified, display_name, name_key, role, status, locale,
         password_hash, created_at, updated_at, created_by, updated_by)
       SELECT $1, row.*, $2, $2, $3, $3
       FROM unnest($4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[], $9::text[], $10::text[], $11::text[],
         $12::text[], $13::text[]) AS row
       ON CONFLICT DO NOTHING RETURNING id`,
      [
        ...[tenantId, now, actorId],
        rows.map(() => newId('usr', now.getTime())),
        rows.map(({ email }) => email),
        rows.map(({ email }) => emailKey(email)),
        rows.map(({ emailVerified }) => emailVerified),
        rows.map(({ displayName }) => displayName),
        rows.map(({ displayName }) => nameKey(displayName)),
        rows.map(({ role }) => role),
        rows.map(({ status }) => status),
        rows.map(({ locale }) => locale),
        rows.map(({ passwordHash }) => passwordHash),
      ],
    );
    return count;
  }
}
