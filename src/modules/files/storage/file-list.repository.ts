import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Space } from '../domain/space';
import { FILE_COLUMNS, type FileRow } from './file.row';

/** A selection of files to list. */
export interface FileListing {
  readonly space: Space;
  readonly prefix: string;
  readonly hasDelimiter: boolean;
  readonly projectId: string | null;
  /** The first path to include; `null` to list from the start. */
  readonly from: string | null;
  readonly limit: number;
}

/** A file, or a folder that stands for all files below it. */
export interface FileEntry {
  /** The folder, which ends in `/`; `null` for a file. */
  readonly folder: string | null;
  readonly row: FileRow | null;
  /** The earliest position of the next entry. */
  readonly next: string;
}

type Row = FileRow & { readonly folder: string | null; readonly next: string };

/**
 * Returns SQL for the first file at or after a path. The path after a file is its path plus the smallest character that a path can contain.
 * The path after all files below `a/` is `a0`, because `0` comes after `/`.
 */
const step = (from: string): string => `
  SELECT f.id AS file_id, e.folder,
    CASE WHEN e.folder IS NULL THEN f.path || E'\\x01' ELSE left(e.folder, -1) || '0' END COLLATE "C" AS next
  FROM files.files f
  CROSS JOIN LATERAL (SELECT CASE WHEN $6::boolean AND strpos(substr(f.path, length($4::text) + 1), '/') > 0
    THEN left(f.path, length($4::text) + strpos(substr(f.path, length($4::text) + 1), '/')) END AS folder) AS e
  WHERE f.tenant_id = $1 AND f.tier = $2 AND f.owner = $3 AND f.path >= ${from} AND starts_with(f.path, $4::text)
    AND ($4::text = '' OR f.path < $5) AND f.current_version IS NOT NULL AND ($7::text IS NULL OR f.project_id = $7)
  ORDER BY f.path LIMIT 1`;

@Injectable()
export class FileListRepository {
  constructor(private readonly database: Database) {}

  /** Lists entries in byte order of their paths, with one index lookup per entry, however many files a folder contains. */
  async list(tenantId: string, listing: FileListing): Promise<FileEntry[]> {
    const { space, prefix, hasDelimiter, projectId, from, limit } = listing;
    const rows = await this.database.tenant(tenantId).rows<Row>(
      `WITH RECURSIVE walk (n, file_id, folder, next) AS (
         (SELECT 1, s.* FROM (${step('$8')}) AS s)
         UNION ALL
         SELECT w.n + 1, s.* FROM walk w CROSS JOIN LATERAL (${step('w.next')}) AS s WHERE w.n < $9
       )
       SELECT w.folder, w.next, ${FILE_COLUMNS} FROM walk w
       JOIN files.files f ON f.tenant_id = $1 AND f.id = w.file_id
       JOIN files.versions v ON v.tenant_id = $1 AND v.file_id = f.id AND v.version = f.current_version
       JOIN files.contents c ON c.tenant_id = $1 AND c.id = v.content_id
       ORDER BY w.n`,
      [
        tenantId,
        space.tier,
        space.owner,
        prefix,
        // The end of the prefix: U+10FFFF is above every character that a path can contain.
        `${prefix}\u{10FFFF}`,
        hasDelimiter,
        projectId,
        from ?? prefix,
        limit,
      ],
    );
    return rows.map(({ folder, next, ...row }) => ({ folder, next, row: folder === null ? row : null }));
  }
}
