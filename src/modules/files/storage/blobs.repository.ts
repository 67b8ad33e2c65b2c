import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** The stored columns of a kept object. */
export interface BlobRow {
  readonly size_bytes: number;
  readonly content_type: string;
  readonly sha256: Buffer;
  readonly created_at: Date;
}

/** Objects kept for modules other than the files module. */
@Injectable()
export class BlobsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Registers an object before its first byte is written. From then on, the tenant has a usage row, whose deletion shows that the tenant
   * was erased.
   */
  async begin(tenantId: string, id: string, holder: string): Promise<void> {
    const sql = `WITH counted AS (INSERT INTO files.usage (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING)
      INSERT INTO files.objects (tenant_id, id, holder, starts_at, created_at) VALUES ($1, $2, $3, 0, now())`;
    await this.database.tenant(tenantId).run(sql, [tenantId, id, holder]);
  }

  /** Marks an object's bytes as durable. @returns false if its holder no longer exists. */
  async finish(
    tenantId: string,
    id: string,
    { size_bytes, content_type, sha256 }: Omit<BlobRow, 'created_at'>,
  ): Promise<boolean> {
    const sql = `UPDATE files.objects SET size_bytes = $3, content_type = $4, sha256 = $5
      WHERE tenant_id = $1 AND id = $2 AND holder IS NOT NULL RETURNING id`;
    const values = [tenantId, id, size_bytes, content_type, sha256];
    return (await this.database.tenant(tenantId).count(sql, values)) > 0;
  }

  /** Returns an object, or `null` if it does not exist, is incomplete, or has been released. */
  async find(tenantId: string, id: string): Promise<BlobRow | null> {
    const sql = `SELECT size_bytes::float8 AS size_bytes, content_type, sha256, created_at FROM files.objects
      WHERE tenant_id = $1 AND id = $2 AND holder IS NOT NULL AND size_bytes IS NOT NULL`;
    const row = await this.database.tenant(tenantId).maybeOne<BlobRow>(sql, [tenantId, id]);
    return row ?? null;
  }

  /** Releases an object: the cleanup task deletes it. */
  async letGo(tenantId: string, id: string): Promise<void> {
    const sql = 'UPDATE files.objects SET holder = NULL WHERE tenant_id = $1 AND id = $2 AND holder IS NOT NULL';
    await this.database.tenant(tenantId).run(sql, [tenantId, id]);
  }
}
