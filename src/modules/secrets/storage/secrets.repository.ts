import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import { SECRETS_TOPIC } from '../contract/secrets.types';

/** A stored secret, without its versions. */
export interface StoredSecret {
  readonly name: string;
  readonly description: string;
  readonly currentVersion: number;
  readonly maxVersions: number;
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

/** A stored version, without its bytes. */
export interface StoredVersion {
  readonly version: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly resolvableUntil: Date | null;
  readonly destroyedAt: Date | null;
}

/** A version to write. */
export interface NewVersion {
  readonly version: number;
  readonly keyId: string;
  readonly sealed: Buffer;
  readonly createdBy: string;
}

interface SecretRow {
  readonly name: string;
  readonly description: string;
  readonly current_version: number;
  readonly max_versions: number;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly deleted_at: Date | null;
}

interface VersionRow {
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly resolvable_until: Date | null;
  readonly destroyed_at: Date | null;
}

const COLUMNS = 'name, description, current_version, max_versions, revision, created_at, updated_at, deleted_at';

@Injectable()
export class SecretsRepository {
  constructor(private readonly database: Database) {}

  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }

  /** Returns the secret and locks it until the transaction ends. */
  async lock(tx: Tx, tenantId: string, name: string): Promise<StoredSecret | null> {
    const row = await tx.maybeOne<SecretRow>(
      `SELECT ${COLUMNS} FROM secrets.secrets WHERE tenant_id = $1 AND name = $2 FOR UPDATE`,
      [tenantId, name],
    );
    return row ? toSecret(row) : null;
  }

  /** Returns the number of secrets. No secret can be created until the transaction ends. */
  async countLocked(tx: Tx, tenantId: string): Promise<number> {
    await lockTenant(tx, 'secrets.secrets', tenantId);
    const row = await tx.maybeOne<{ secrets: number }>(
      'SELECT count(*)::int AS secrets FROM secrets.secrets WHERE tenant_id = $1',
      [tenantId],
    );
    return row?.secrets ?? 0;
  }

  /** Adds a secret without versions. Call it after {@link countLocked}. */
  async insert(tx: Tx, tenantId: string, name: string, maxVersions: number, now: Date): Promise<void> {
    await tx.run(
      `INSERT INTO secrets.secrets
         (tenant_id, name, description, current_version, max_versions, revision, created_at, updated_at)
       VALUES ($1, $2, '', 0, $3, 0, $4, $4)`,
      [tenantId, name, maxVersions, now],
    );
  }

  /** Adds a version and makes it the current version. Call it after {@link lock}. */
  async addVersion(
    tx: Tx,
    tenantId: string,
    name: string,
    made: NewVersion,
    about: {
      readonly description: string;
      readonly maxVersions: number;
      /** The time until which the previous version can be resolved; `null` if the secret and all its versions have been deleted. */
      readonly previousUntil: Date | null;
      readonly now: Date;
    },
  ): Promise<void> {
    const { version, keyId, sealed, createdBy } = made;
    if (about.previousUntil === null) {
      await tx.run(
        `UPDATE secrets.versions SET resolvable_until = least(resolvable_until, $3) WHERE tenant_id = $1 AND name = $2`,
        [tenantId, name, about.now],
      );
    } else {
      await tx.run(
        `UPDATE secrets.versions SET resolvable_until = $4 WHERE tenant_id = $1 AND name = $2 AND version = $3`,
        [tenantId, name, version - 1, about.previousUntil],
      );
    }
    await tx.run(
      `INSERT INTO secrets.versions (tenant_id, name, version, key_id, sealed, created_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [tenantId, name, version, keyId, sealed, about.now, createdBy],
    );
    await tx.run(
      `UPDATE secrets.secrets SET current_version = $3, description = $4, max_versions = $5, updated_at = $6,
         deleted_at = NULL, revision = revision + 1
       WHERE tenant_id = $1 AND name = $2`,
      [tenantId, name, version, about.description, about.maxVersions, about.now],
    );
    await tx.run('DELETE FROM secrets.versions WHERE tenant_id = $1 AND name = $2 AND version <= $3', [
      tenantId,
      name,
      version - about.maxVersions,
    ]);
    await this.publish(tx, tenantId, name, version);
  }

  /** Marks a secret as deleted, or restores it. Call it after {@link lock}. */
  async setDeleted(tx: Tx, tenantId: string, name: string, deletedAt: Date | null, now: Date): Promise<void> {
    await tx.run(
      `UPDATE secrets.secrets SET deleted_at = $3, updated_at = $4, revision = revision + 1
       WHERE tenant_id = $1 AND name = $2`,
      [tenantId, name, deletedAt, now],
    );
    await this.publish(tx, tenantId, name, null);
  }

  /**
   * Erases the content of the given versions. Call it after {@link lock}.
   * @returns the number of versions found, including destroyed ones.
   */
  async destroy(tx: Tx, tenantId: string, name: string, versions: readonly number[], now: Date): Promise<number> {
    const count = await tx.count(
      `WITH destroyed AS (
         UPDATE secrets.versions SET key_id = NULL, sealed = NULL, destroyed_at = coalesce(destroyed_at, $4)
         WHERE tenant_id = $1 AND name = $2 AND version = ANY ($3) RETURNING version)
       SELECT version FROM destroyed`,
      [tenantId, name, versions, now],
    );
    await tx.run(
      'UPDATE secrets.secrets SET updated_at = $3, revision = revision + 1 WHERE tenant_id = $1 AND name = $2',
      [tenantId, name, now],
    );
    await this.publish(tx, tenantId, name, null);
    return count;
  }

  /** Permanently deletes a secret and all its versions. Call it after {@link lock}. */
  async erase(tx: Tx, tenantId: string, name: string): Promise<void> {
    await tx.run('DELETE FROM secrets.secrets WHERE tenant_id = $1 AND name = $2', [tenantId, name]);
    await this.publish(tx, tenantId, name, null);
  }

  async find(tenantId: string, name: string): Promise<StoredSecret | null> {
    const sql = `SELECT ${COLUMNS} FROM secrets.secrets WHERE tenant_id = $1 AND name = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<SecretRow>(sql, [tenantId, name]);
    return row ? toSecret(row) : null;
  }

  async list(tenantId: string, after: string, limit: number): Promise<readonly StoredSecret[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<SecretRow>(
        `SELECT ${COLUMNS} FROM secrets.secrets WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3`,
        [tenantId, after, limit],
      );
    return rows.map(toSecret);
  }

  async versions(
    tenantId: string,
    name: string,
    before: number | null,
    limit: number,
  ): Promise<readonly StoredVersion[]> {
    const rows = await this.database.tenant(tenantId).rows<VersionRow>(
      `SELECT version, created_at, created_by, resolvable_until, destroyed_at FROM secrets.versions
       WHERE tenant_id = $1 AND name = $2 AND ($3::int IS NULL OR version < $3) ORDER BY version DESC LIMIT $4`,
      [tenantId, name, before, limit],
    );
    return rows.map((row) => ({
      version: row.version,
      createdAt: row.created_at,
      createdBy: row.created_by,
      resolvableUntil: row.resolvable_until,
      destroyedAt: row.destroyed_at,
    }));
  }

  private async publish(tx: Tx, tenantId: string, name: string, version: number | null): Promise<void> {
    await publishChanges(tx, [{ topic: SECRETS_TOPIC, tenantId, key: name, payload: { version } }]);
  }
}

function toSecret(row: SecretRow): StoredSecret {
  return {
    name: row.name,
    description: row.description,
    currentVersion: row.current_version,
    maxVersions: row.max_versions,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}
