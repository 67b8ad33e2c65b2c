import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { TenantTable } from '../../../kernel/tenant-data/tenant-data';
import { TENANTS_TOPIC } from '../contract/tenants.types';

/** An erasure as stored. */
export interface Erasure {
  readonly id: string;
  readonly tenantId: string;
  readonly slug: string;
  readonly name: string;
  readonly startedAt: Date;
  readonly eraseFrom: Date;
  readonly finishedAt: Date | null;
  readonly certificate: string | null;
  /** Progress by table. */
  readonly progress: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>;
}

interface Row extends Omit<Erasure, 'tenantId' | 'startedAt' | 'eraseFrom' | 'finishedAt'> {
  readonly subject: string;
  readonly started_at: Date;
  readonly erase_from: Date;
  readonly finished_at: Date | null;
}

/** Stores the erasures of tenants. The rows themselves are erased by database functions. */
@Injectable()
export class ErasuresRepository {
  constructor(private readonly database: Database) {}

  /** Returns the tenants that are due for erasure. */
  async due(limit: number): Promise<readonly string[]> {
    const rows = await this.database.platform().rows<{ id: string }>('SELECT tenants.deletions_due($1) AS id', [limit]);
    return rows.map(({ id }) => id);
  }

  /**
   * Returns the reason why a tenant must not be deleted now; `null` if there is none.
   * @param tables the tables whose rows can prevent the deletion.
   */
  async heldBy(tenantId: string, tables: readonly TenantTable[]): Promise<string | null> {
    return this.database.tenantTransaction(tenantId, (tx) => held(tx, tenantId, tables));
  }

  /**
   * Deletes the tenant itself and notifies every process.
   * @param waitsMs the delay before its rows are erased. @param tables as in {@link heldBy}.
   * @returns false if the tenant is not due for deletion, its deletion is prevented, or another process was faster.
   */
  async begin(id: string, tenantId: string, waitsMs: number, tables: readonly TenantTable[]): Promise<boolean> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      if ((await held(tx, tenantId, tables)) !== null) return false;
      const row = await tx.maybeOne<{ begun: boolean }>(
        `SELECT tenants.begin_erasure($1, $2, make_interval(secs => $3::double precision / 1000)) AS begun`,
        [id, tenantId, waitsMs],
      );
      if (row?.begun !== true) return false;
      await publishChanges(tx, [{ topic: TENANTS_TOPIC, tenantId, key: tenantId, payload: {} }]);
      return true;
    });
  }

  async running(): Promise<readonly Erasure[]> {
    return (await this.database.platform().rows<Row>('SELECT * FROM tenants.erasures_running()')).map(toErasure);
  }

  async after(id: string, limit: number): Promise<readonly Erasure[]> {
    return (await this.database.platform().rows<Row>('SELECT * FROM tenants.erasures_after($1, $2)', [id, limit])).map(
      toErasure,
    );
  }

  async find(id: string): Promise<Erasure | null> {
    const row = await this.database.platform().maybeOne<Row>('SELECT * FROM tenants.erasure($1)', [id]);
    return row ? toErasure(row) : null;
  }

  /** Erases up to `limit` rows and records them in the same transaction. @returns the number of erased rows. */
  async erase(id: string, table: TenantTable, limit: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ erased: number }>('SELECT tenants.erase_rows($1, $2, $3, $4) AS erased', [
        id,
        table.table,
        table.key,
        limit,
      ]);
    return row?.erased ?? 0;
  }

  /** Returns the number of rows left, and their latest expiry according to the `until` column. */
  async left(id: string, table: string, until: string | null): Promise<{ rows: number; until: Date | null }> {
    const row = await this.database
      .platform()
      .maybeOne<{ rows: string; until: Date | null }>('SELECT "rows", "until" FROM tenants.rows_left($1, $2, $3)', [
        id,
        table,
        until,
      ]);
    return { rows: Number(row?.rows ?? 0), until: row?.until ?? null };
  }

  /** Completes an erasure: stores its certificate and stages its event. @returns false if another process was faster. */
  async finish(id: string, at: Date, certificate: string, event: StagedEvent): Promise<boolean> {
    return this.database.platformTransaction(async (tx) => {
      const row = await tx.maybeOne<{ finished: boolean | null }>(
        'SELECT tenants.finish_erasure($1, $2, $3) AS finished',
        [id, at, certificate],
      );
      if (row?.finished !== true) return false;
      await stageEvent(tx, event);
      return true;
    });
  }
}

async function held(tx: Tx, tenantId: string, tables: readonly TenantTable[]): Promise<string | null> {
  for (const { holds } of tables) {
    if (holds === undefined) continue;
    const row = await tx.maybeOne<{ held: string }>(holds, [tenantId]);
    if (row) return row.held;
  }
  return null;
}

function toErasure({ subject, started_at, erase_from, finished_at, ...row }: Row): Erasure {
  return { ...row, tenantId: subject, startedAt: started_at, eraseFrom: erase_from, finishedAt: finished_at };
}
