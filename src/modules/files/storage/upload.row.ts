import type { Tier } from '../contract/files.types';
import type { Location } from './file.row';

/** An upload to start. */
export interface NewUpload {
  readonly id: string;
  readonly caller: string;
  readonly location: Location;
  readonly projectId: string | null;
  readonly contentType: string;
  /** The tus metadata, as sent; `null` for a single-request upload. */
  readonly metadata: string | null;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  readonly sizeBytes: number | null;
  readonly reservedBytes: number;
  readonly nowMs: number;
  readonly expiresAtMs: number;
}

/** The current state of an upload. */
export interface StoredUpload {
  readonly id: string;
  readonly location: Location;
  readonly projectId: string | null;
  readonly contentType: string;
  readonly metadata: string | null;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  readonly sizeBytes: number | null;
  readonly receivedBytes: number;
  readonly reservedBytes: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly isFinished: boolean;
  /** Number of objects started for this upload. */
  readonly parts: number;
}

/** A deleted upload, and the quota that it frees. */
export interface EndedUpload {
  readonly reservedBytes: number;
  /** 0 for an upload that became a file. */
  readonly uploads: 0 | 1;
}

export interface UploadRow {
  readonly id: string;
  readonly tier: Tier;
  readonly owner: string;
  readonly path: string;
  readonly project_id: string | null;
  readonly content_type: string;
  readonly metadata: string | null;
  readonly if_match: string | null;
  readonly if_none_match: string | null;
  readonly size_bytes: string | null;
  readonly received_bytes: string;
  readonly reserved_bytes: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly finished_at: Date | null;
  readonly parts: number;
}

export interface EndedRow {
  readonly reserved_bytes: string;
  readonly is_open: boolean;
}

export function toEnded({ reserved_bytes, is_open }: EndedRow): EndedUpload {
  return { reservedBytes: Number(reserved_bytes), uploads: is_open ? 1 : 0 };
}

export function toUpload(row: UploadRow): StoredUpload {
  return {
    id: row.id,
    location: { space: { tier: row.tier, owner: row.owner }, path: row.path },
    projectId: row.project_id,
    contentType: row.content_type,
    metadata: row.metadata,
    ifMatch: row.if_match,
    ifNoneMatch: row.if_none_match,
    sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
    receivedBytes: Number(row.received_bytes),
    reservedBytes: Number(row.reserved_bytes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    isFinished: row.finished_at !== null,
    parts: row.parts,
  };
}
