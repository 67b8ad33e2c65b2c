import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** What is written of an object that is kept. */
export interface KeptObjectRow {
  readonly size_bytes: number;
  readonly content_type: string;
  readonly sha256: Buffer;
  readonly created_at: Date;
}

/** Objects that are held for something beside files. */
@Injectable()
export class KeptObjectsRepository {
  constructor(private readonly database: Database) {}

  /** Before its first byte is written. The tenant has counts from then on, by which its erasure is known. */
  async begin(tenantId: string, id: string, holder: string): Promise<void> {
    const sql = `WITH counted AS (INSERT INTO files.usage (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING)
      INSERT INTO files.objects (tenant_id, id, holder, starts_at, created_at) VALUES ($1, $2, $3, 0, now())`;
    await this.database.tenant(tenantId).run(sql, [tenantId, id, holder]);
  }

  /** Its bytes are durable. @returns false when what it was held for is gone by now. */
  async finish(
    tenantId: string,
    id: string,
    { size_bytes, content_type, sha256 }: Omit<KeptObjectRow, 'created_at'>,
  ): Promise<boolean> {
    const sql = `UPDATE files.objects SET size_bytes = $3, content_type = $4, sha256 = $5
      WHERE tenant_id = $1 AND id = $2 AND holder IS NOT NULL RETURNING id`;
    const values = [tenantId, id, size_bytes, content_type, sha256];
    return (await this.database.tenant(tenantId).count(sql, values)) > 0;
  }

  /** `null` for one that is not there, not whole, or not held any more. */
  async find(tenantId: string, id: string): Promise<KeptObjectRow | null> {
    const sql = `SELECT size_bytes::float8 AS size_bytes, content_type, sha256, created_at FROM files.objects
      WHERE tenant_id = $1 AND id = $2 AND holder IS NOT NULL AND size_bytes IS NOT NULL`;
    const row = await this.database.tenant(tenantId).maybeOne<KeptObjectRow>(sql, [tenantId, id]);
    return row ?? null;
  }

  /** Nothing holds it any more: the sweep drops it. */
  async letGo(tenantId: string, id: string): Promise<void> {
    const sql = 'UPDATE files.objects SET holder = NULL WHERE tenant_id = $1 AND id = $2 AND holder IS NOT NULL';
    await this.database.tenant(tenantId).run(sql, [tenantId, id]);
  }
}
