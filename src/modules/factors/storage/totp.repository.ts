import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { Factor } from '../contract/factors.types';
import { FACTOR_COLUMNS, type FactorRow, toFactor } from './factor.row';

/** The sealed key of an authenticator app. */
export interface StoredTotp {
  readonly id: string;
  readonly keyId: string;
  readonly sealed: Buffer;
}

export interface NewTotp extends StoredTotp {
  readonly tenantId: string;
  readonly userId: string;
  readonly name: string;
  readonly step: number;
  readonly now: Date;
}

/** Authenticator apps. */
@Injectable()
export class TotpRepository {
  constructor(private readonly database: Database) {}

  async ofUser(tenantId: string, userId: string): Promise<readonly StoredTotp[]> {
    return this.database.tenant(tenantId).rows<{ id: string; keyId: string; sealed: Buffer }>(
      `SELECT id, key_id AS "keyId", sealed FROM factors.factors
       WHERE tenant_id = $1 AND user_id = $2 AND kind = 'totp' ORDER BY created_at, id`,
      [tenantId, userId],
    );
  }

  async insert(tx: Tx, totp: NewTotp): Promise<Factor> {
    const { tenantId, id, userId, name, now, keyId, sealed, step } = totp;
    const row = await tx.one<FactorRow>(
      `INSERT INTO factors.factors (tenant_id, id, user_id, kind, name, created_at, key_id, sealed, last_step)
       VALUES ($1, $2, $3, 'totp', $4, $5, $6, $7, $8) RETURNING ${FACTOR_COLUMNS}`,
      [tenantId, id, userId, name, now, keyId, sealed, step],
    );
    return toFactor(row);
  }

  /** Accepts a time step. @returns false if a code of this step or a later one was used before: of many calls, one returns true. */
  async useStep(tx: Tx, tenantId: string, userId: string, id: string, step: number, now: Date): Promise<boolean> {
    const used = await tx.count(
      `UPDATE factors.factors SET last_step = $4, last_used_at = $5
       WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND kind = 'totp' AND last_step < $4`,
      [tenantId, userId, id, step, now],
    );
    return used === 1;
  }
}
