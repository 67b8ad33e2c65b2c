import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type FlagDocument, NO_FLAGS } from '../contract/flag-document.types';
import type { FlagVersion } from '../contract/flags-admin.types';
import { FLAGS_TOPIC } from '../contract/flags.types';
import { lockFlagsOf } from './tenant-lock';

/** A version with its document; version 0 has no stored document. */
export interface StoredFlags {
  readonly version: number;
  readonly document: FlagDocument;
  /** The document as stored JSON. */
  readonly text: string;
}

/** The data of a new version. */
export interface NewFlagVersion {
  readonly action: string;
  readonly digest: string;
  /** JSON. */
  readonly document: string;
  readonly flagCount: number;
  readonly changedFlags: readonly string[];
  readonly restoredFrom: number | null;
  readonly scheduledId: string | null;
  readonly createdBy: string;
}

/** The number of versions that are kept per tenant; older versions can be neither read nor restored. */
const KEPT_VERSIONS = 100;

const COLUMNS = `version, action, digest, flag_count AS "flagCount", changed_flags AS "changedFlags",
  restored_from AS "restoredFrom", scheduled_id AS "scheduledId", created_by AS "createdBy", created_at AS "createdAt"`;

type Row = Omit<FlagVersion, 'createdAt'> & { readonly createdAt: Date };

@Injectable()
export class FlagVersionsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the active document. */
  async current(tenantId: string): Promise<StoredFlags> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ version: number; document: string }>(
        'SELECT version, document FROM flags.versions WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1',
        [tenantId],
      );
    return stored(row);
  }

  /** Runs `work` with the tenant's flags locked, so that changes run one at a time. */
  async locked<T>(tenantId: string, work: (tx: Tx, current: StoredFlags) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, (tx) => this.lockedIn(tx, tenantId, work));
  }

  /** Runs `work` like {@link locked}, in an existing transaction of the tenant. */
  async lockedIn<T>(tx: Tx, tenantId: string, work: (tx: Tx, current: StoredFlags) => Promise<T>): Promise<T> {
    await lockFlagsOf(tx, tenantId);
    const row = await tx.maybeOne<{ version: number; document: string }>(
      'SELECT version, document FROM flags.versions WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1',
      [tenantId],
    );
    return work(tx, stored(row));
  }

  /** Returns a version with its document, or `null` if the version does not exist or is no longer stored. */
  async find(
    tenantId: string,
    version: number,
  ): Promise<{ readonly version: FlagVersion; readonly document: FlagDocument } | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<Row & { readonly document: string }>(
        `SELECT ${COLUMNS}, document FROM flags.versions WHERE tenant_id = $1 AND version = $2`,
        [tenantId, version],
      );
    if (!row) return null;
    const { document, ...told } = row;
    return { version: toVersion(told), document: JSON.parse(document) as FlagDocument };
  }

  /** Returns the versions before `before` (`null` for all), newest first. */
  async page(tenantId: string, before: number | null, limit: number): Promise<FlagVersion[]> {
    const rows = await this.database.tenant(tenantId).rows<Row>(
      `SELECT ${COLUMNS} FROM flags.versions
       WHERE tenant_id = $1 AND ($2::int IS NULL OR version < $2) ORDER BY version DESC LIMIT $3`,
      [tenantId, before, limit],
    );
    return rows.map(toVersion);
  }

  /** Makes the next version the active one, notifies the caches, and deletes versions beyond the limit. Call it within {@link locked}. */
  async insert(tx: Tx, tenantId: string, current: number, made: NewFlagVersion): Promise<FlagVersion> {
    const version = current + 1;
    const rows = await tx.rows<Row>(
      `INSERT INTO flags.versions (tenant_id, version, action, digest, document, flag_count, changed_flags,
         restored_from, scheduled_id, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10) RETURNING ${COLUMNS}`,
      [
        tenantId,
        version,
        made.action,
        made.digest,
        made.document,
        made.flagCount,
        toJsonb(made.changedFlags),
        made.restoredFrom,
        made.scheduledId,
        made.createdBy,
      ],
    );
    await tx.run('UPDATE flags.heads SET version = $2 WHERE tenant_id = $1', [tenantId, version]);
    await tx.run('DELETE FROM flags.versions WHERE tenant_id = $1 AND version <= $2', [
      tenantId,
      version - KEPT_VERSIONS,
    ]);
    await publishChanges(tx, [{ topic: FLAGS_TOPIC, tenantId, key: tenantId, payload: { version } }]);
    const [row] = rows;
    if (!row) throw new Error('The version that was just stored does not exist.');
    return toVersion(row);
  }
}

function stored(row: { readonly version: number; readonly document: string } | undefined): StoredFlags {
  if (!row) return { version: 0, document: NO_FLAGS, text: JSON.stringify(NO_FLAGS) };
  return { version: row.version, document: JSON.parse(row.document) as FlagDocument, text: row.document };
}

function toVersion(row: Row): FlagVersion {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
