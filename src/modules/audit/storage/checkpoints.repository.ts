import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** A signed note about a log's state. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly signedAt: Date;
}

/** A log that has grown since its newest checkpoint. */
export interface UnsignedLog {
  readonly tenantId: string;
  readonly size: number;
  readonly frontier: Buffer;
}

interface Row {
  readonly size: string;
  readonly note: string;
  readonly signed_at: Date;
}

@Injectable()
export class CheckpointsRepository {
  constructor(private readonly database: Database) {}

  /** Returns logs whose newest record is not covered by a checkpoint. */
  async unsigned(atMost: number): Promise<readonly UnsignedLog[]> {
    const rows = await this.database
      .platform()
      .rows<{ tenant_id: string; size: string; frontier: Buffer }>(
        'SELECT tenant_id, size, frontier FROM audit.unsigned_heads($1)',
        [atMost],
      );
    return rows.map(({ tenant_id: tenantId, size, frontier }) => ({ tenantId, size: Number(size), frontier }));
  }

  /** Stores a checkpoint, unless another process has signed a checkpoint of this size. */
  async insert(tenantId: string, { size, note, signedAt }: StoredCheckpoint): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run(
        `INSERT INTO audit.checkpoints (tenant_id, size, note, signed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
        [tenantId, size, note, signedAt],
      );
  }

  /** Returns checkpoints with sizes below `below` (`null` for all checkpoints), newest first. */
  async newest(tenantId: string, below: number | null, limit: number): Promise<readonly StoredCheckpoint[]> {
    const rows = await this.database.tenant(tenantId).rows<Row>(
      `SELECT size, note, signed_at FROM audit.checkpoints
       WHERE tenant_id = $1 AND ($2::bigint IS NULL OR size < $2) ORDER BY size DESC LIMIT $3`,
      [tenantId, below, limit],
    );
    return rows.map(checkpointOf);
  }

  /** Returns checkpoints with sizes above `above`, up to `upTo`, oldest first. */
  async between(tenantId: string, above: number, upTo: number, limit: number): Promise<readonly StoredCheckpoint[]> {
    const rows = await this.database.tenant(tenantId).rows<Row>(
      `SELECT size, note, signed_at FROM audit.checkpoints
       WHERE tenant_id = $1 AND size > $2 AND size <= $3 ORDER BY size LIMIT $4`,
      [tenantId, above, upTo, limit],
    );
    return rows.map(checkpointOf);
  }
}

function checkpointOf({ size, note, signed_at: signedAt }: Row): StoredCheckpoint {
  return { size: Number(size), note, signedAt };
}
