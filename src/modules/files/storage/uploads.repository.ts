import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import {
  type EndedRow,
  type EndedUpload,
  type NewUpload,
  type StoredUpload,
  toEnded,
  toUpload,
  type UploadRow,
} from './upload.row';

const ENDED = 'RETURNING reserved_bytes, finished_at IS NULL AS is_open';

/** Uploads in progress, and their objects. */
@Injectable()
export class UploadsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, tenantId: string, upload: NewUpload): Promise<void> {
    const { location, nowMs, expiresAtMs } = upload;
    await tx.run(
      `INSERT INTO files.uploads (tenant_id, id, caller, tier, owner, path, project_id, content_type, metadata, if_match,
         if_none_match, size_bytes, reserved_bytes, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        tenantId,
        upload.id,
        upload.caller,
        location.space.tier,
        location.space.owner,
        location.path,
        upload.projectId,
        upload.contentType,
        upload.metadata,
        upload.ifMatch,
        upload.ifNoneMatch,
        upload.sizeBytes,
        upload.reservedBytes,
        new Date(nowMs),
        new Date(expiresAtMs),
      ],
    );
  }

  /** Registers an object before its bytes are written. */
  async beginPart(tx: Tx, tenantId: string, uploadId: string, objectId: string, startsAt: number): Promise<void> {
    await tx.run(
      `INSERT INTO files.objects (tenant_id, id, upload_id, starts_at, created_at) VALUES ($1, $2, $3, $4, now())`,
      [tenantId, objectId, uploadId, startsAt],
    );
  }

  /**
   * Registers the next object of an upload, without a caller's transaction.
   * @returns false if the upload has ended.
   */
  async beginNextPart(tenantId: string, uploadId: string, objectId: string, startsAt: number): Promise<boolean> {
    const count = await this.database.tenant(tenantId).count(
      `INSERT INTO files.objects (tenant_id, id, upload_id, starts_at, created_at)
       SELECT $1, $3, u.id, $4, now() FROM files.uploads u
       WHERE u.tenant_id = $1 AND u.id = $2 AND u.finished_at IS NULL AND u.expires_at > now() RETURNING 1`,
      [tenantId, uploadId, objectId, startsAt],
    );
    return count === 1;
  }

  /**
   * Counts a written object if the object still starts at the upload's offset. Of two concurrent writers at the same offset, only one
   * counts.
   * @returns true if the object counts; otherwise, it becomes unreferenced.
   */
  async endPart(
    tenantId: string,
    uploadId: string,
    part: { readonly id: string; readonly startsAt: number; readonly sizeBytes: number },
  ): Promise<boolean> {
    const row = await this.database.tenant(tenantId).maybeOne<{ counts: boolean }>(
      `WITH moved AS (
         UPDATE files.uploads SET received_bytes = received_bytes + $5
         WHERE tenant_id = $1 AND id = $2 AND received_bytes = $4 AND finished_at IS NULL
           AND (size_bytes IS NULL OR $4 + $5 <= size_bytes)
         RETURNING 1)
       UPDATE files.objects SET size_bytes = $5, upload_id = CASE WHEN EXISTS (SELECT FROM moved) THEN upload_id END
       WHERE tenant_id = $1 AND id = $3 RETURNING upload_id IS NOT NULL AS counts`,
      [tenantId, uploadId, part.id, part.startsAt, part.sizeBytes],
    );
    return row?.counts === true;
  }

  async find(tenantId: string, caller: string, id: string): Promise<StoredUpload | null> {
    const row = await this.database.tenant(tenantId).maybeOne<UploadRow>(
      `SELECT u.*, (SELECT count(*)::int FROM files.objects o WHERE o.tenant_id = $1 AND o.upload_id = u.id) AS parts
       FROM files.uploads u WHERE u.tenant_id = $1 AND u.id = $2 AND u.caller = $3 AND u.metadata IS NOT NULL`,
      [tenantId, id, caller],
    );
    return row === undefined ? null : toUpload(row);
  }

  /** Returns the complete parts, in order. */
  async partsOf(
    tenantId: string,
    uploadId: string,
  ): Promise<{ readonly id: string; readonly startsAt: number; readonly sizeBytes: number }[]> {
    const rows = await this.database.tenant(tenantId).rows<{ id: string; starts_at: string; size_bytes: string }>(
      `SELECT id, starts_at, size_bytes FROM files.objects
       WHERE tenant_id = $1 AND upload_id = $2 AND size_bytes IS NOT NULL ORDER BY starts_at, id`,
      [tenantId, uploadId],
    );
    return rows.map((row) => ({ id: row.id, startsAt: Number(row.starts_at), sizeBytes: Number(row.size_bytes) }));
  }

  /**
   * Sets a deferred length.
   * @returns false if the upload already has a length.
   */
  async declareSize(tenantId: string, id: string, sizeBytes: number): Promise<boolean> {
    const count = await this.database.tenant(tenantId).count(
      `UPDATE files.uploads SET size_bytes = $3
       WHERE tenant_id = $1 AND id = $2 AND size_bytes IS NULL AND received_bytes <= $3 RETURNING 1`,
      [tenantId, id, sizeBytes],
    );
    return count === 1;
  }

  /**
   * Increases the reservation of an upload.
   * @returns false if the upload has ended.
   */
  async addReserved(tx: Tx, tenantId: string, id: string, bytes: number): Promise<boolean> {
    const count = await tx.count(
      `UPDATE files.uploads SET reserved_bytes = reserved_bytes + $3
       WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL`,
      [tenantId, id, bytes],
    );
    return count === 1;
  }

  /**
   * Renews a single-request upload.
   * @returns false if it was abandoned in the meantime.
   */
  async renew(tenantId: string, id: string, expiresAtMs: number): Promise<boolean> {
    const count = await this.database
      .tenant(tenantId)
      .count(`UPDATE files.uploads SET expires_at = $3 WHERE tenant_id = $1 AND id = $2 RETURNING 1`, [
        tenantId,
        id,
        new Date(expiresAtMs),
      ]);
    return count === 1;
  }

  /** Records the size of a written object. */
  async measure(tx: Tx, tenantId: string, objectId: string, sizeBytes: number): Promise<void> {
    await tx.run(`UPDATE files.objects SET size_bytes = $3 WHERE tenant_id = $1 AND id = $2`, [
      tenantId,
      objectId,
      sizeBytes,
    ]);
  }

  /** Deletes the row of an unreferenced object that was deleted from the storage. */
  async forgetObject(tenantId: string, objectId: string): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run(`DELETE FROM files.objects WHERE tenant_id = $1 AND id = $2 AND content_id IS NULL AND upload_id IS NULL`, [
        tenantId,
        objectId,
      ]);
  }

  /** Turns the objects of an upload into content. */
  async toContent(
    tx: Tx,
    tenantId: string,
    uploadId: string,
    content: { readonly id: string; readonly sizeBytes: number; readonly sha256: Buffer; readonly nowMs: number },
  ): Promise<void> {
    await tx.run(
      `INSERT INTO files.contents (tenant_id, id, size_bytes, sha256, created_at) VALUES ($1, $2, $3, $4, $5)`,
      [tenantId, content.id, content.sizeBytes, content.sha256, new Date(content.nowMs)],
    );
    await tx.run(
      `UPDATE files.objects SET content_id = CASE WHEN size_bytes IS NOT NULL THEN $3 END, upload_id = NULL
       WHERE tenant_id = $1 AND upload_id = $2`,
      [tenantId, uploadId, content.id],
    );
  }

  /**
   * Ends an upload; the cleanup task deletes the upload's objects that do not belong to any content.
   * @returns `null` if there is none.
   */
  async end(tx: Tx, tenantId: string, id: string): Promise<EndedUpload | null> {
    const row = await tx.maybeOne<EndedRow>(`DELETE FROM files.uploads WHERE tenant_id = $1 AND id = $2 ${ENDED}`, [
      tenantId,
      id,
    ]);
    return row ? toEnded(row) : null;
  }

  /**
   * Ends an upload that has become a file, and keeps its row for a while for status requests.
   * @returns `null` if it has already ended.
   */
  async finish(tx: Tx, tenantId: string, id: string, expiresAtMs: number): Promise<EndedUpload | null> {
    const row = await tx.maybeOne<EndedRow>(
      `UPDATE files.uploads u SET finished_at = now(), reserved_bytes = 0, expires_at = $3
       FROM (SELECT reserved_bytes FROM files.uploads WHERE tenant_id = $1 AND id = $2 FOR UPDATE) AS before
       WHERE u.tenant_id = $1 AND u.id = $2 AND u.finished_at IS NULL
       RETURNING before.reserved_bytes, true AS is_open`,
      [tenantId, id, new Date(expiresAtMs)],
    );
    return row ? toEnded(row) : null;
  }

  /** Ends expired uploads. */
  async endExpired(tx: Tx, tenantId: string, limit: number): Promise<readonly EndedUpload[]> {
    const rows = await tx.rows<EndedRow>(
      `DELETE FROM files.uploads WHERE tenant_id = $1 AND id IN (
         SELECT id FROM files.uploads WHERE tenant_id = $1 AND expires_at <= now() LIMIT $2 FOR UPDATE SKIP LOCKED) ${ENDED}`,
      [tenantId, limit],
    );
    return rows.map(toEnded);
  }
}
