import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import { ACCESS_LIMITS, SECRET_ACCESS_TOPIC } from '../contract/secret-access.types';
import type { SecretRef } from '../contract/resolution.types';
import { type HeldGrant, TenantAccess } from '../domain/tenant-access';

/** A stored bundle. */
export interface StoredBundle {
  readonly name: string;
  readonly description: string;
  readonly refs: readonly SecretRef[];
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A stored grant. */
export interface StoredGrant extends HeldGrant {
  readonly createdAt: Date;
  readonly createdBy: string;
}

interface BundleRow {
  readonly name: string;
  readonly description: string;
  readonly refs: SecretRef[];
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface GrantRow {
  readonly id: string;
  readonly principal_type: HeldGrant['principal']['type'];
  readonly principal_id: string;
  readonly bundle: string | null;
  readonly provider: string | null;
  readonly path: string | null;
  readonly expires_at: Date | null;
  readonly context_id_prefix: string;
  readonly client_registered_at: Date | null;
  readonly created_at: Date;
  readonly created_by: string;
}

const BUNDLE = 'name, description, refs, revision, created_at, updated_at';
const GRANT = `id, principal_type, principal_id, bundle, provider, path, expires_at, context_id_prefix,
  client_registered_at, created_at, created_by`;

@Injectable()
export class SecretAccessRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in the transaction under the tenant's lock, and publishes the change to every process. */
  async changing<T>(tx: Tx, tenantId: string, work: () => Promise<T>): Promise<T> {
    await lockTenant(tx, 'secrets.grants', tenantId);
    const result = await work();
    await publishChanges(tx, [{ topic: SECRET_ACCESS_TOPIC, tenantId, key: tenantId, payload: {} }]);
    return result;
  }

  /** Returns all bundles and grants of a tenant. */
  async access(tenantId: string): Promise<TenantAccess> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const bundles = await tx.rows<BundleRow>(
        `SELECT ${BUNDLE} FROM secrets.bundles WHERE tenant_id = $1 LIMIT ${ACCESS_LIMITS.maxBundles}`,
        [tenantId],
      );
      const grants = await tx.rows<GrantRow>(
        `SELECT ${GRANT} FROM secrets.grants WHERE tenant_id = $1 ORDER BY id LIMIT ${ACCESS_LIMITS.maxGrants}`,
        [tenantId],
      );
      return new TenantAccess(new Map(bundles.map(({ name, refs }) => [name, refs])), grants.map(toGrant));
    });
  }

  async countBundles(tx: Tx, tenantId: string): Promise<number> {
    return count(tx, 'SELECT count(*)::int AS n FROM secrets.bundles WHERE tenant_id = $1', tenantId);
  }

  async countGrants(tx: Tx, tenantId: string): Promise<number> {
    return count(tx, 'SELECT count(*)::int AS n FROM secrets.grants WHERE tenant_id = $1', tenantId);
  }

  async findBundle(tx: Tx, tenantId: string, name: string): Promise<StoredBundle | null> {
    const row = await tx.maybeOne<BundleRow>(
      `SELECT ${BUNDLE} FROM secrets.bundles WHERE tenant_id = $1 AND name = $2`,
      [tenantId, name],
    );
    return row ? toBundle(row) : null;
  }

  async putBundle(tx: Tx, tenantId: string, bundle: Omit<StoredBundle, 'revision' | 'createdAt'>): Promise<void> {
    await tx.run(
      `INSERT INTO secrets.bundles (tenant_id, name, description, refs, revision, created_at, updated_at)
       VALUES ($1, $2, $3, $4::jsonb, 1, $5, $5)
       ON CONFLICT (tenant_id, name) DO UPDATE SET description = EXCLUDED.description, refs = EXCLUDED.refs,
         revision = bundles.revision + 1, updated_at = EXCLUDED.updated_at`,
      [tenantId, bundle.name, bundle.description, toJsonb(bundle.refs), bundle.updatedAt],
    );
  }

  /** Deletes a bundle and its grants. */
  async removeBundle(tx: Tx, tenantId: string, name: string): Promise<void> {
    await tx.run('DELETE FROM secrets.bundles WHERE tenant_id = $1 AND name = $2', [tenantId, name]);
  }

  async bundle(tenantId: string, name: string): Promise<StoredBundle | null> {
    return this.database.tenantTransaction(tenantId, (tx) => this.findBundle(tx, tenantId, name));
  }

  async bundles(tenantId: string, after: string, limit: number): Promise<readonly StoredBundle[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<BundleRow>(
        `SELECT ${BUNDLE} FROM secrets.bundles WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3`,
        [tenantId, after, limit],
      );
    return rows.map(toBundle);
  }

  async insertGrant(tx: Tx, tenantId: string, grant: StoredGrant): Promise<void> {
    await tx.run(
      `INSERT INTO secrets.grants (tenant_id, id, principal_type, principal_id, bundle, provider, path, expires_at,
         context_id_prefix, client_registered_at, created_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        tenantId,
        grant.id,
        grant.principal.type,
        grant.principal.id,
        grant.bundle,
        grant.path?.provider ?? null,
        grant.path?.path ?? null,
        grant.expiresAtMs === null ? null : new Date(grant.expiresAtMs),
        grant.contextIdPrefix,
        grant.clientRegisteredAtMs === null ? null : new Date(grant.clientRegisteredAtMs),
        grant.createdAt,
        grant.createdBy,
      ],
    );
  }

  /**
   * Deletes a grant.
   * @returns the deleted grant, or `null` if it did not exist.
   */
  async removeGrant(tx: Tx, tenantId: string, id: string): Promise<StoredGrant | null> {
    const row = await tx.maybeOne<GrantRow>(
      `WITH removed AS (DELETE FROM secrets.grants WHERE tenant_id = $1 AND id = $2 RETURNING *)
       SELECT ${GRANT} FROM removed`,
      [tenantId, id],
    );
    return row ? toGrant(row) : null;
  }

  async grants(tenantId: string, after: string, limit: number): Promise<readonly StoredGrant[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<GrantRow>(`SELECT ${GRANT} FROM secrets.grants WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`, [
        tenantId,
        after,
        limit,
      ]);
    return rows.map(toGrant);
  }

  async grant(tenantId: string, id: string): Promise<StoredGrant | null> {
    const sql = `SELECT ${GRANT} FROM secrets.grants WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<GrantRow>(sql, [tenantId, id]);
    return row ? toGrant(row) : null;
  }
}

async function count(tx: Tx, sql: string, tenantId: string): Promise<number> {
  const row = await tx.maybeOne<{ n: number }>(sql, [tenantId]);
  return row?.n ?? 0;
}

function toBundle({ created_at: createdAt, updated_at: updatedAt, ...row }: BundleRow): StoredBundle {
  return { ...row, createdAt, updatedAt };
}

function toGrant(row: GrantRow): StoredGrant {
  return {
    id: row.id,
    principal: { type: row.principal_type, id: row.principal_id },
    bundle: row.bundle,
    path: row.provider === null || row.path === null ? null : { provider: row.provider, path: row.path },
    expiresAtMs: row.expires_at?.getTime() ?? null,
    contextIdPrefix: row.context_id_prefix,
    clientRegisteredAtMs: row.client_registered_at?.getTime() ?? null,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
