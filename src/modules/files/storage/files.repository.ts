import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { FILE_COLUMNS, type FileRow, type Location } from './file.row';

/** A file that the transaction has locked: no other transaction can write to it. */
export interface LockedFile {
  readonly id: string;
  /** The current version; `null` if the file is deleted or new. */
  readonly current: FileRow | null;
}

/** A version to add. */
export interface NewVersion {
  readonly contentId: string;
  readonly contentType: string;
  readonly actorId: string;
  readonly nowMs: number;
  /** Project of a file that this version creates; an existing file keeps its project. */
  readonly projectId: string | null | undefined;
}

/** The retention of versions that are no longer current. */
export interface Retention {
  /** Number of versions to keep. */
  readonly kept: number;
  readonly untilMs: number;
}

/** A part of a file's content: an object in the storage. */
export interface ContentPart {
  readonly id: string;
  readonly startsAt: number;
  readonly sizeBytes: number;
}

interface Held {
  readonly id: string;
}

interface Dropped {
  readonly content_id: string;
  readonly size_bytes: string;
}

const FROM = `files.files f
  JOIN files.versions v ON v.tenant_id = f.tenant_id AND v.file_id = f.id
  JOIN files.contents c ON c.tenant_id = v.tenant_id AND c.id = v.content_id`;
const AT = 'f.tenant_id = $1 AND f.tier = $2 AND f.owner = $3 AND f.path = $4';

@Injectable()
export class FilesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Returns a version of a file.
   * @param version the version, which can also be an earlier version of a deleted file; `null` for the current version.
   */
  async find(tenantId: string, { space, path }: Location, version: number | null): Promise<FileRow | null> {
    const text = `SELECT ${FILE_COLUMNS} FROM ${FROM} WHERE ${AT} AND v.version = coalesce($5, f.current_version)`;
    const values = [tenantId, space.tier, space.owner, path, version];
    const row = await this.database.tenant(tenantId).maybeOne<FileRow>({ name: 'file', text }, values);
    return row ?? null;
  }

  /** Lists versions before a given number, newest first. */
  async versions(
    tenantId: string,
    { space, path }: Location,
    before: number | null,
    limit: number,
  ): Promise<FileRow[]> {
    return this.database.tenant(tenantId).rows<FileRow>(
      `SELECT ${FILE_COLUMNS} FROM ${FROM} WHERE ${AT} AND v.version < coalesce($5, 2147483647::bigint)
       ORDER BY v.version DESC LIMIT $6`,
      [tenantId, space.tier, space.owner, path, before, limit],
    );
  }

  /** Releases the files of a project. */
  async releaseProject(tenantId: string, projectId: string): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run(`UPDATE files.files SET project_id = NULL WHERE tenant_id = $1 AND project_id = $2`, [tenantId, projectId]);
  }

  /** Returns the parts in order. */
  async partsOf(tenantId: string, contentId: string): Promise<ContentPart[]> {
    const rows = await this.database.tenant(tenantId).rows<{ id: string; starts_at: string; size_bytes: string }>(
      {
        name: 'file parts',
        text: `SELECT id, starts_at, size_bytes FROM files.objects WHERE tenant_id = $1 AND content_id = $2 ORDER BY starts_at`,
      },
      [tenantId, contentId],
    );
    return rows.map((row) => ({
      id: row.id,
      startsAt: Number(row.starts_at),
      sizeBytes: Number(row.size_bytes),
    }));
  }

  /** Locks the file at a location, and creates it if it does not exist. Concurrent creators run one after another. */
  async claim(
    tx: Tx,
    tenantId: string,
    { space, path }: Location,
    made: { readonly id: string; readonly actorId: string; readonly nowMs: number },
  ): Promise<LockedFile> {
    const row = await tx.one<Held>(
      `INSERT INTO files.files (tenant_id, id, tier, owner, path, latest_version, created_at, created_by)
       VALUES ($1, $2, $3, $4, $5, 0, $6, $7)
       ON CONFLICT (tenant_id, tier, owner, path) DO UPDATE SET path = excluded.path RETURNING id`,
      [tenantId, made.id, space.tier, space.owner, path, new Date(made.nowMs), made.actorId],
    );
    return { id: row.id, current: await this.current(tx, tenantId, row.id) };
  }

  /** Locks the file at a location. Returns `null` if the file does not exist or is deleted. */
  async lock(tx: Tx, tenantId: string, { space, path }: Location): Promise<(LockedFile & { current: FileRow }) | null> {
    const row = await tx.maybeOne<Held>(`SELECT f.id FROM files.files f WHERE ${AT} FOR UPDATE`, [
      tenantId,
      space.tier,
      space.owner,
      path,
    ]);
    const current = row ? await this.current(tx, tenantId, row.id) : null;
    return current && { id: current.id, current };
  }

  /** Returns a version whose content is kept at least until the end of the transaction; `null` if there is no such version. */
  async pinned(tx: Tx, tenantId: string, { space, path }: Location, version: number | null): Promise<FileRow | null> {
    const row = await tx.maybeOne<FileRow>(
      `SELECT ${FILE_COLUMNS} FROM ${FROM} WHERE ${AT} AND v.version = coalesce($5, f.current_version) FOR KEY SHARE OF c`,
      [tenantId, space.tier, space.owner, path, version],
    );
    return row ?? null;
  }

  private async current(tx: Tx, tenantId: string, id: string): Promise<FileRow | null> {
    const row = await tx.maybeOne<FileRow>(
      `SELECT ${FILE_COLUMNS} FROM ${FROM} WHERE f.tenant_id = $1 AND f.id = $2 AND v.version = f.current_version`,
      [tenantId, id],
    );
    return row ?? null;
  }

  /**
   * Adds a new version to a locked file and makes it the current version.
   * @returns the quota bytes of the versions that it displaces.
   */
  async addVersion(tx: Tx, tenantId: string, fileId: string, added: NewVersion, retention: Retention): Promise<number> {
    const { contentId, contentType, actorId, nowMs, projectId } = added;
    await this.retireCurrent(tx, tenantId, fileId, retention.untilMs);
    await tx.run(
      `WITH f AS (
         UPDATE files.files SET latest_version = latest_version + 1, current_version = latest_version + 1,
           created_at = CASE WHEN current_version IS NULL THEN $5 ELSE created_at END,
           created_by = CASE WHEN current_version IS NULL THEN $6 ELSE created_by END,
           project_id = CASE WHEN current_version IS NULL THEN $7 ELSE project_id END
         WHERE tenant_id = $1 AND id = $2 RETURNING current_version)
       INSERT INTO files.versions (tenant_id, file_id, version, content_id, content_type, created_at, created_by)
       SELECT $1, $2, f.current_version, $3, $4, $5, $6 FROM f`,
      [tenantId, fileId, contentId, contentType, new Date(nowMs), actorId, projectId ?? null],
    );
    return this.dropVersions(
      tx,
      tenantId,
      `v.file_id = $2 AND v.version IN (SELECT o.version FROM files.versions o WHERE o.tenant_id = $1 AND o.file_id = $2
         AND o.expires_at IS NOT NULL ORDER BY o.version DESC OFFSET $3)`,
      [fileId, retention.kept],
    );
  }

  /** Deletes a locked file; its versions are kept for a while. */
  async retire(tx: Tx, tenantId: string, fileId: string, untilMs: number): Promise<void> {
    await this.retireCurrent(tx, tenantId, fileId, untilMs);
    await tx.run(`UPDATE files.files SET current_version = NULL WHERE tenant_id = $1 AND id = $2`, [tenantId, fileId]);
  }

  private async retireCurrent(tx: Tx, tenantId: string, fileId: string, untilMs: number): Promise<void> {
    await tx.run(
      `UPDATE files.versions SET expires_at = $3 WHERE tenant_id = $1 AND file_id = $2 AND expires_at IS NULL`,
      [tenantId, fileId, new Date(untilMs)],
    );
  }

  /** Deletes a locked file with all its versions. @returns the quota bytes that this frees. */
  async erase(tx: Tx, tenantId: string, fileId: string): Promise<number> {
    const freed = await this.dropVersions(tx, tenantId, 'v.file_id = $2', [fileId]);
    await tx.run(`DELETE FROM files.files WHERE tenant_id = $1 AND id = $2`, [tenantId, fileId]);
    return freed;
  }

  /** Drops expired versions, and files that have no versions left. @returns the quota bytes that this frees. */
  async dropExpired(tx: Tx, tenantId: string, limit: number): Promise<number> {
    // Lock files in the order that writers use, so that writers of the same file run before or after this transaction.
    const rows = await tx.rows<Held>(
      `SELECT id FROM files.files WHERE tenant_id = $1 AND id IN (
         SELECT file_id FROM files.versions WHERE tenant_id = $1 AND expires_at <= now() LIMIT $2)
       ORDER BY id FOR UPDATE SKIP LOCKED`,
      [tenantId, limit],
    );
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    const freed = await this.dropVersions(tx, tenantId, 'v.file_id = ANY ($2) AND v.expires_at <= now()', [ids]);
    await tx.run(
      `DELETE FROM files.files f WHERE f.tenant_id = $1 AND f.id = ANY ($2) AND f.current_version IS NULL
         AND NOT EXISTS (SELECT FROM files.versions v WHERE v.tenant_id = $1 AND v.file_id = f.id)`,
      [tenantId, ids],
    );
    return freed;
  }

  /** Drops versions, and contents that have no versions left; the cleanup task deletes their objects. */
  private async dropVersions(tx: Tx, tenantId: string, which: string, values: readonly unknown[]): Promise<number> {
    const dropped = await tx.rows<Dropped>(
      `WITH gone AS (
         DELETE FROM files.versions v USING files.contents c
         WHERE v.tenant_id = $1 AND c.tenant_id = $1 AND c.id = v.content_id AND ${which}
         RETURNING v.content_id, c.size_bytes)
       SELECT content_id, size_bytes FROM gone`,
      [tenantId, ...values],
    );
    if (dropped.length === 0) return 0;
    const ids = dropped.map(({ content_id }) => content_id);
    // A concurrent copy either locks the content or finds it deleted, so from now on no new version of the content can appear.
    await tx.run(`SELECT FROM files.contents WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE`, [
      tenantId,
      ids,
    ]);
    await tx.run(
      `DELETE FROM files.contents c WHERE c.tenant_id = $1 AND c.id = ANY ($2)
         AND NOT EXISTS (SELECT FROM files.versions v WHERE v.tenant_id = $1 AND v.content_id = c.id)`,
      [tenantId, ids],
    );
    return dropped.reduce((sum, { size_bytes }) => sum + Number(size_bytes), 0);
  }
}
