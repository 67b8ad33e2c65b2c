import type { FileVersion, FileView, Tier } from '../contract/files.types';
import { fileTag, type Validators } from '../domain/file-tag';
import type { Space } from '../domain/space';

/** A path in a space. */
export interface Location {
  readonly space: Space;
  readonly path: string;
}

/** A version of a file, with the file and its content. */
export interface FileRow {
  readonly id: string;
  readonly tier: Tier;
  readonly path: string;
  readonly project_id: string | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly current_version: number | null;
  readonly version: number;
  readonly content_id: string;
  readonly content_type: string;
  readonly updated_at: Date;
  readonly updated_by: string;
  readonly expires_at: Date | null;
  /** `bigint` is returned as a string. */
  readonly size_bytes: string;
  readonly sha256: Buffer;
}

export const FILE_COLUMNS = `f.id, f.tier, f.path, f.project_id, f.created_at, f.created_by, f.current_version, v.version,
  v.content_id, v.content_type, v.created_at AS updated_at, v.created_by AS updated_by, v.expires_at, c.size_bytes, c.sha256`;

export function toFile(tenantId: string, row: FileRow): FileView {
  return {
    id: row.id,
    key: row.path,
    uri: `cpod://${tenantId}/${row.tier}/${row.path}`,
    tier: row.tier,
    size: Number(row.size_bytes),
    contentType: row.content_type,
    checksum: row.sha256.toString('hex'),
    etag: fileTag(row.sha256, row.content_type),
    version: row.version,
    projectId: row.project_id,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

export function toVersion(row: FileRow): FileVersion {
  return {
    version: row.version,
    isCurrent: row.version === row.current_version,
    size: Number(row.size_bytes),
    contentType: row.content_type,
    checksum: row.sha256.toString('hex'),
    etag: fileTag(row.sha256, row.content_type),
    createdAt: row.updated_at.toISOString(),
    createdBy: row.updated_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}

/** Returns the validators that conditional requests compare. */
export function validatorsOf(row: FileRow): Validators {
  return { etag: fileTag(row.sha256, row.content_type), lastModifiedMs: row.updated_at.getTime() };
}
