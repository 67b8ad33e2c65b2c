import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { MASKING_TOPIC } from '../contract/masking.types';

/** The data key of a masking generation. */
export interface KeyGeneration {
  readonly generation: number;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** The highest generation number. Tokens store their generation in two bytes. */
const MAX_GENERATION = 65_535;

const COLUMNS = 'generation, key_id AS "keyId", created_at AS "createdAt", created_by AS "createdBy"';

@Injectable()
export class MaskingKeysRepository {
  constructor(private readonly database: Database) {}

  /** Returns the generations of a tenant, newest first. */
  async list(tenantId: string): Promise<readonly KeyGeneration[]> {
    return this.database
      .tenant(tenantId)
      .rows<KeyGeneration>(`SELECT ${COLUMNS} FROM masking.keys WHERE tenant_id = $1 ORDER BY generation DESC`, [
        tenantId,
      ]);
  }

  /** Creates the first generation, or keeps the generation that another process has created in the meantime. */
  async insertFirst(tenantId: string, keyId: string): Promise<void> {
    await this.database.tenant(tenantId).run(
      `INSERT INTO masking.keys (tenant_id, generation, key_id, created_by) VALUES ($1, 1, $2, 'system')
       ON CONFLICT (tenant_id, generation) DO NOTHING`,
      [tenantId, keyId],
    );
  }

  /** Adds the next generation with its event, and notifies the sidecars. Errors: `conflict` after 65,535 generations. */
  async insertNext(
    tx: Tx,
    tenantId: string,
    keyId: string,
    createdBy: string,
    event: StagedEvent,
  ): Promise<KeyGeneration> {
    await lockTenant(tx, 'masking.keys', tenantId);
    const row = await tx.maybeOne<KeyGeneration>(
      `INSERT INTO masking.keys (tenant_id, generation, key_id, created_by)
         SELECT $1, coalesce(max(generation), 0) + 1, $2, $3 FROM masking.keys WHERE tenant_id = $1
         HAVING coalesce(max(generation), 0) < $4
         RETURNING ${COLUMNS}`,
      [tenantId, keyId, createdBy, MAX_GENERATION],
    );
    if (!row) throw new AppError('conflict', 'The keys of this tenant have reached the maximum number of rotations.');
    await stageEvent(tx, event);
    await publishChanges(tx, [
      { topic: MASKING_TOPIC, tenantId, key: tenantId, payload: { generation: row.generation } },
    ]);
    return row;
  }
}
