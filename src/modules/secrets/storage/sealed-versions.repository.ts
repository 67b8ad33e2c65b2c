import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';

/** The sealed bytes of a version. */
export interface SealedVersion {
  readonly version: number;
  readonly keyId: string;
  readonly sealed: Buffer;
  /** The time, in Unix milliseconds, until which the version can be resolved; `null` for the current version. */
  readonly untilMs: number | null;
}

/** A secret's resolvable versions. */
export interface SealedSecret {
  /** `null` if the secret does not exist or has been deleted. */
  readonly currentVersion: number | null;
  readonly versions: ReadonlyMap<number, SealedVersion>;
}

/** A version sealed with an older data key. */
export interface OldVersion {
  readonly name: string;
  readonly version: number;
  readonly keyId: string;
  readonly sealed: Buffer;
}

/** The number of versions that have content, and how many of them are sealed with a different key. */
interface Progress {
  readonly total: number;
  readonly remaining: number;
}

interface SealedRow {
  readonly current_version: number;
  readonly version: number | null;
  readonly key_id: string;
  readonly sealed: Buffer;
  readonly resolvable_until: Date | null;
}

@Injectable()
export class SealedVersionsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the versions of a secret that can be resolved at or after `nowMs`. */
  async resolvable(tenantId: string, name: string, nowMs: number): Promise<SealedSecret> {
    const rows = await this.database.tenant(tenantId).rows<SealedRow>(
      `SELECT s.current_version, v.version, v.key_id, v.sealed, v.resolvable_until
       FROM secrets.secrets s LEFT JOIN secrets.versions v ON v.tenant_id = s.tenant_id AND v.name = s.name
         AND v.sealed IS NOT NULL AND (v.version = s.current_version OR v.resolvable_until > $3)
       WHERE s.tenant_id = $1 AND s.name = $2 AND s.deleted_at IS NULL`,
      [tenantId, name, new Date(nowMs)],
    );
    const currentVersion = rows[0]?.current_version ?? null;
    const versions = rows.flatMap(({ version, key_id: keyId, sealed, resolvable_until: until }) => {
      if (version === null) return [];
      const untilMs = version === currentVersion ? null : (until?.getTime() ?? 0);
      return [[version, { version, keyId, sealed, untilMs }] as const];
    });
    return { currentVersion, versions: new Map(versions) };
  }

  /** Returns the number of versions that have content, and how many of them are sealed with a key other than `keyId`. */
  progress(tenantId: string, keyId: string): Promise<Progress> {
    return this.database.tenantTransaction(tenantId, (tx) => this.progressWithin(tx, tenantId, keyId));
  }

  async progressWithin(tx: Tx, tenantId: string, keyId: string): Promise<Progress> {
    const row = await tx.maybeOne<Progress>(
      `SELECT count(*)::int AS total, (count(*) FILTER (WHERE key_id <> $2))::int AS remaining
       FROM secrets.versions WHERE tenant_id = $1 AND key_id IS NOT NULL`,
      [tenantId, keyId],
    );
    return { total: row?.total ?? 0, remaining: row?.remaining ?? 0 };
  }

  /** Returns the tenants whose last data key rotation is unfinished, sorted by id. */
  async tenantsToReseal(afterId: string, limit: number): Promise<readonly string[]> {
    const sql = 'SELECT id FROM secrets.tenants_to_reseal($1, $2) AS id';
    return (await this.database.platform().rows<{ id: string }>(sql, [afterId, limit])).map(({ id }) => id);
  }

  /** Returns up to `limit` versions that are sealed with a key other than `keyId`. */
  async sealedByOthers(tenantId: string, keyId: string, limit: number): Promise<readonly OldVersion[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<{ name: string; version: number; key_id: string; sealed: Buffer }>(
        `SELECT name, version, key_id, sealed FROM secrets.versions
       WHERE tenant_id = $1 AND key_id IS NOT NULL AND key_id <> $2 ORDER BY name, version LIMIT $3`,
        [tenantId, keyId, limit],
      );
    return rows.map(({ name, version, key_id: oldKeyId, sealed }) => ({ name, version, keyId: oldKeyId, sealed }));
  }

  /** Replaces sealed bytes in one statement; skips versions that have been destroyed or resealed in the meantime. */
  async reseal(
    tenantId: string,
    keyId: string,
    versions: readonly { readonly old: OldVersion; readonly sealed: Buffer }[],
  ): Promise<void> {
    await this.database.tenant(tenantId).run(
      `UPDATE secrets.versions v SET key_id = $2, sealed = n.sealed
       FROM unnest($3::text[], $4::int[], $5::text[], $6::bytea[]) AS n (name, version, old_key_id, sealed)
       WHERE v.tenant_id = $1 AND v.name = n.name AND v.version = n.version AND v.key_id = n.old_key_id`,
      [
        tenantId,
        keyId,
        versions.map(({ old }) => old.name),
        versions.map(({ old }) => old.version),
        versions.map(({ old }) => old.keyId),
        versions.map(({ sealed }) => sealed),
      ],
    );
  }
}
