import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import {
  MANAGED_OBJECT_LIMITS,
  type ManagedObject,
  type ManagedObjectQuery,
  type ObjectMarking,
  type ObjectRelease,
} from '../contract/managed-objects.types';

interface Row {
  readonly place: string;
  readonly kind: string;
  readonly key: string;
  readonly managedBy: string;
  readonly objectId: string | null;
  readonly changeSet: string | null;
  readonly updatedAt: Date;
}

/** A mark with its place in the list. */
export type ListedObject = ManagedObject & { readonly place: string };

type Named = Pick<ManagedObject, 'kind' | 'key'>;

@Injectable()
export class ManagedObjectsRepository {
  constructor(private readonly database: Database) {}

  /** Lists marks in the order of their places, because keys can be longer than a cursor. */
  async list(
    tenantId: string,
    { kind, managedBy, limit }: ManagedObjectQuery,
    after: string,
  ): Promise<readonly ListedObject[]> {
    const rows = await this.database.tenant(tenantId).rows<Row>(
      `SELECT place, kind, key, managed_by AS "managedBy", object_id AS "objectId", change_set AS "changeSet",
         updated_at AS "updatedAt"
       FROM managed_objects.objects
       WHERE tenant_id = $1 AND place > $2 AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR managed_by = $4)
       ORDER BY place LIMIT $5`,
      [tenantId, after, kind ?? null, managedBy ?? null, limit + 1],
    );
    return rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
  }

  /** Marks all objects or none. Errors: `conflict`. @returns the number of objects */
  mark(tenantId: string, marking: ObjectMarking, event: StagedEvent): Promise<number> {
    const { managedBy, changeSet, objects } = marking;
    return this.database.tenantTransaction(tenantId, async (tx) => {
      await lockTenant(tx, 'managed_objects.objects', tenantId);
      const places = objects.map(placeOf);
      if (!marking.takeOver) {
        const other = await tx.maybeOne<Pick<Row, 'kind' | 'key' | 'managedBy'>>(
          `SELECT kind, key, managed_by AS "managedBy" FROM managed_objects.objects
           WHERE tenant_id = $1 AND place = ANY($2) AND managed_by <> $3 ORDER BY kind, key LIMIT 1`,
          [tenantId, places, managedBy],
        );
        if (other !== undefined) throw managedElsewhere(other);
      }
      await tx.run(
        `INSERT INTO managed_objects.objects (tenant_id, place, kind, key, object_id, managed_by, change_set)
         SELECT $1, o.place, o.kind, o.key, o.object_id, $6, $7
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS o (place, kind, key, object_id)
         ON CONFLICT (tenant_id, place) DO UPDATE
           SET object_id = excluded.object_id, managed_by = excluded.managed_by, change_set = excluded.change_set,
             updated_at = now()`,
        [
          tenantId,
          places,
          objects.map(({ kind }) => kind),
          objects.map(({ key }) => key),
          objects.map(({ objectId }) => objectId),
          managedBy,
          changeSet,
        ],
      );
      const counted = await tx.maybeOne<{ count: number }>(
        'SELECT count(*)::int AS count FROM managed_objects.objects WHERE tenant_id = $1',
        [tenantId],
      );
      if ((counted?.count ?? 0) > MANAGED_OBJECT_LIMITS.perTenant) {
        throw new AppError('conflict', `A tenant can have at most ${MANAGED_OBJECT_LIMITS.perTenant} managed objects.`);
      }
      await stageEvent(tx, event);
      return objects.length;
    });
  }

  /** Removes marks. @returns the number of marks that existed */
  release(tenantId: string, { managedBy, objects }: ObjectRelease, event: StagedEvent): Promise<number> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const removed = await tx.rows<{ readonly place: string }>(
        'DELETE FROM managed_objects.objects WHERE tenant_id = $1 AND place = ANY($2) AND managed_by = $3 RETURNING place',
        [tenantId, objects.map(placeOf), managedBy],
      );
      await stageEvent(tx, event);
      return removed.length;
    });
  }
}

function placeOf({ kind, key }: Named): string {
  return hash('sha256', JSON.stringify([kind, key]), 'hex');
}

function managedElsewhere({ kind, key, managedBy }: Pick<Row, 'kind' | 'key' | 'managedBy'>): AppError {
  return new AppError('conflict', `The configuration "${managedBy}" manages ${kind} "${key}".`);
}
