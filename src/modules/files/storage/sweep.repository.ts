import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** Finds the rows that the cleanup task deletes, for all tenants and within one tenant. */
@Injectable()
export class SweepRepository {
  constructor(private readonly database: Database) {}

  /** Returns the tenants with rows to delete. */
  async dueTenants(limit: number): Promise<string[]> {
    const rows = await this.database.platform().rows<{ id: string }>('SELECT files.due_tenants($1) AS id', [limit]);
    return rows.map(({ id }) => id);
  }

  /** Returns the unreferenced objects. */
  async objectsOfNothing(tenantId: string, limit: number): Promise<string[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<{ id: string }>(
        `SELECT id FROM files.objects WHERE tenant_id = $1 AND content_id IS NULL AND upload_id IS NULL AND holder IS NULL LIMIT $2`,
        [tenantId, limit],
      );
    return rows.map(({ id }) => id);
  }

  /** Deletes the rows of objects that were deleted from the storage. */
  async forget(tenantId: string, ids: readonly string[]): Promise<void> {
    await this.database.tenant(tenantId).run(
      `DELETE FROM files.objects WHERE tenant_id = $1 AND id = ANY ($2) AND content_id IS NULL AND upload_id IS NULL
         AND holder IS NULL`,
      [tenantId, ids],
    );
  }

  /** Returns the ids that have a row. */
  async known(tenantId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<{ id: string }>(`SELECT id FROM files.objects WHERE tenant_id = $1 AND id = ANY ($2)`, [tenantId, ids]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Returns erased tenants whose storage might not yet be empty. */
  async erasedTenants(): Promise<string[]> {
    const rows = await this.database.platform().rows<{ prefix: string }>('SELECT files.erased_prefixes(100) AS prefix');
    return rows.map(({ prefix }) => prefix);
  }

  async forgetErased(tenantId: string): Promise<void> {
    await this.database.platform().run('SELECT files.forget_erased($1)', [tenantId]);
  }
}
