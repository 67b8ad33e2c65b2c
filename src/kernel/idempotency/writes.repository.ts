import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { Tx } from '../database/sql';
import type { WriteKey } from './write-key';

/** The duration promised in rest.md §1. */
const KEPT_HOURS = 24;

/** A committed write under a key. */
export interface StoredWrite {
  readonly requestHash: Buffer;
  /** The data key that was used to hash and seal; `null` means `MASTER_KEY`. */
  readonly keyId: string | null;
  readonly sealedAnswer: Buffer;
}

interface Row {
  readonly request_hash: Buffer;
  readonly key_id: string | null;
  readonly sealed_answer: Buffer;
}

/** Two variants, because `IS NOT DISTINCT FROM` cannot use an index. */
const whose = (tenantId: string | null): string =>
  `tenant_id ${tenantId === null ? 'IS NULL AND $1::text IS NULL' : '= $1'} AND caller = $2 AND key_hash = $3`;

const find = (tenantId: string | null): string =>
  `SELECT request_hash, key_id, sealed_answer FROM kernel.idempotent_writes
   WHERE ${whose(tenantId)} AND expires_at > now()`;

/** Responses to writes, by idempotency key. Each response is a row that the write's own transaction inserts. */
@Injectable()
export class WritesRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in a transaction for a tenant or the installation. */
  transaction<T>(tenantId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return tenantId === null
      ? this.database.platformTransaction(work)
      : this.database.tenantTransaction(tenantId, work);
  }

  /** Returns the write that another call has committed under a key; `null` if there is none. */
  async find(tenantId: string | null, { caller, keyHash }: WriteKey): Promise<StoredWrite | null> {
    const values = [tenantId, caller, keyHash];
    const sql = tenantId === null ? this.database.platform() : this.database.tenant(tenantId);
    const row = await sql.maybeOne<Row>(find(tenantId), values);
    return row === undefined ? null : toStored(row);
  }

  async findWithin(tx: Tx, tenantId: string | null, { caller, keyHash }: WriteKey): Promise<StoredWrite | null> {
    const row = await tx.maybeOne<Row>(find(tenantId), [tenantId, caller, keyHash]);
    return row === undefined ? null : toStored(row);
  }

  /**
   * Claims the key for the running transaction. It waits while another transaction holds the key: the unique index admits one transaction
   * and, if that fails, the next.
   * @returns false if a committed call has used the key.
   */
  async claim(
    tx: Tx,
    tenantId: string | null,
    { caller, keyHash }: WriteKey,
    write: { readonly action: string; readonly requestHash: Buffer; readonly keyId: string | null },
  ): Promise<boolean> {
    const count = await tx.count(
      `INSERT INTO kernel.idempotent_writes AS w (tenant_id, caller, key_hash, action, request_hash, key_id, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => ${KEPT_HOURS}))
       ON CONFLICT (tenant_id, caller, key_hash) DO UPDATE
         SET action = excluded.action, request_hash = excluded.request_hash, key_id = excluded.key_id,
             sealed_answer = excluded.sealed_answer, created_at = now(), expires_at = excluded.expires_at
         WHERE w.expires_at <= now()
       RETURNING 1`,
      [tenantId, caller, keyHash, write.action, write.requestHash, write.keyId],
    );
    return count > 0;
  }

  async answer(tx: Tx, tenantId: string | null, { caller, keyHash }: WriteKey, sealedAnswer: Buffer): Promise<void> {
    const count = await tx.count(`UPDATE kernel.idempotent_writes SET sealed_answer = $4 WHERE ${whose(tenantId)}`, [
      tenantId,
      caller,
      keyHash,
      sealedAnswer,
    ]);
    // If the work left the transaction set to a different tenant, its response would be lost silently.
    if (count !== 1) throw new Error('No row exists for the response of an idempotent write.');
  }
}

function toStored(row: Row): StoredWrite {
  return { requestHash: row.request_hash, keyId: row.key_id, sealedAnswer: row.sealed_answer };
}
