import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import type { CallerSignal } from '../../../kernel/context/call-context';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant, lockTenantShared } from '../../../kernel/database/locks';
import { CONFIG_LIMITS, type ConfigVersion, type ConfigVersionDocument } from '../contract/config-admin.types';
import { CONFIG_TOPIC } from '../contract/config.types';
import {
  type ConfigState,
  type Entries,
  NOTHING,
  placeAfter,
  type StatePlace,
  type StoredConfig,
  type Successors,
} from '../domain/config-state';

/** The data of a new version. */
export interface NewConfigVersion {
  readonly action: string;
  readonly entries: Entries;
  readonly changedKeys: readonly string[];
  readonly restoredFrom: number | null;
  readonly createdBy: string;
}

interface Row {
  readonly version: number;
  readonly entries: Entries;
  readonly created_at: Date;
}

type VersionRow = Omit<ConfigVersion, 'createdAt'> & { readonly createdAt: Date };

const OWN = 'tenant_id IS NOT DISTINCT FROM $1';
const COLUMNS = `version, action, changed_keys AS "changedKeys", restored_from AS "restoredFrom",
  created_by AS "createdBy", created_at AS "createdAt"`;
const MAX_INT = 2_147_483_647;
const CURRENT = `SELECT version, entries, created_at FROM config.versions WHERE ${OWN} ORDER BY version DESC LIMIT 1`;
const DEFAULTS = 'SELECT version, entries, created_at FROM config.defaults($1)';

/** Stores tenants' configurations, and the installation's defaults (with the tenant `null`). */
@Injectable()
export class ConfigVersionsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the state that a tenant sees now. For the tenant `null`, returns the defaults as its own values. */
  state(tenantId: string | null, over?: CallerSignal): Promise<ConfigState> {
    return this.transaction(tenantId, (tx) => stateIn(tx, tenantId), over);
  }

  /**
   * Returns the state after a position, or the current state if the states in between are no longer stored. Returns `null` if there is no
   * later state.
   */
  stateAfter(tenantId: string, last: StatePlace, over?: CallerSignal): Promise<ConfigState | null> {
    const read = async (tx: Tx): Promise<ConfigState | null> => {
      const next = placeAfter(last, await successorsIn(tx, tenantId, last));
      if (next === null) return null;
      const state = next === 'present' ? null : await stateAt(tx, tenantId, next);
      return state ?? stateIn(tx, tenantId);
    };
    return this.database.tenantTransaction(tenantId, read, over);
  }

  /** Runs `work` in a transaction while a configuration is locked, so that versions are created one at a time. */
  async locked<T>(tx: Tx, tenantId: string | null, work: (current: ConfigState) => Promise<T>): Promise<T> {
    // The lock keeps the defaults unchanged while a tenant's version is created, so that the version records the defaults on which it is
    // based.
    if (tenantId !== null) await lockTenantShared(tx, 'config.versions', null);
    await lockTenant(tx, 'config.versions', tenantId);
    return work(await stateIn(tx, tenantId));
  }

  /** Creates the next version, notifies the caches, and deletes versions beyond the limit. Call it within {@link locked}. */
  async insert(tx: Tx, tenantId: string | null, current: ConfigState, made: NewConfigVersion): Promise<StoredConfig> {
    const version = current.own.version + 1;
    const row = await tx.maybeOne<Row>(
      `INSERT INTO config.versions (tenant_id, version, defaults_version, action, entries, changed_keys, restored_from,
         created_by)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8) RETURNING version, entries, created_at`,
      [
        tenantId,
        version,
        tenantId === null ? version : current.defaults.version,
        made.action,
        toJsonb(made.entries),
        toJsonb(made.changedKeys),
        made.restoredFrom,
        made.createdBy,
      ],
    );
    const forgotten = version - CONFIG_LIMITS.keptVersions;
    await tx.run(`DELETE FROM config.versions WHERE ${OWN} AND version <= $2`, [tenantId, forgotten]);
    await publishChanges(tx, [{ topic: CONFIG_TOPIC, tenantId, key: tenantId ?? '', payload: { version } }]);
    return stored(row);
  }

  async find(tenantId: string | null, version: number): Promise<ConfigVersionDocument | null> {
    const sql = `SELECT ${COLUMNS}, entries AS own FROM config.versions WHERE ${OWN} AND version = $2`;
    const [row] = await this.transaction(tenantId, (tx) =>
      tx.rows<VersionRow & { readonly own: Record<string, string> }>(sql, [tenantId, version]),
    );
    return row === undefined ? null : { ...row, createdAt: row.createdAt.toISOString() };
  }

  /** Returns the versions before `before` (`null` for all), newest first. */
  async page(tenantId: string | null, before: number | null, limit: number): Promise<ConfigVersion[]> {
    const sql = `SELECT ${COLUMNS} FROM config.versions WHERE ${OWN} AND version < $2 ORDER BY version DESC LIMIT $3`;
    const rows = await this.transaction(tenantId, (tx) =>
      tx.rows<VersionRow>(sql, [tenantId, before ?? MAX_INT, limit]),
    );
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  }

  private transaction<T>(tenantId: string | null, work: (tx: Tx) => Promise<T>, over?: CallerSignal): Promise<T> {
    return tenantId === null
      ? this.database.platformTransaction(work)
      : this.database.tenantTransaction(tenantId, work, over);
  }
}

/** Reads both configurations in one statement, and therefore in one snapshot. */
async function stateIn(tx: Tx, tenantId: string | null): Promise<ConfigState> {
  if (tenantId === null) {
    const row = await tx.maybeOne<Row>(CURRENT, [null]);
    return { defaults: NOTHING, own: stored(row) };
  }
  const rows = await tx.rows<Row & { readonly is_own: boolean }>(
    `(SELECT true AS is_own, version, entries, created_at FROM (${CURRENT}) AS own)
     UNION ALL (SELECT false, version, entries, created_at FROM config.defaults($2))`,
    [tenantId, MAX_INT],
  );
  return {
    own: stored(rows.find(({ is_own: isOwn }) => isOwn)),
    defaults: stored(rows.find(({ is_own: isOwn }) => !isOwn)),
  };
}

async function successorsIn(tx: Tx, tenantId: string, last: StatePlace): Promise<Successors> {
  const row = await tx.maybeOne<{ own: number | null; under: number | null; defaults: number | null }>(
    `SELECT own.version AS own, own.defaults_version AS under,
            config.defaults_after($3) AS defaults
     FROM (VALUES (1)) AS one LEFT JOIN LATERAL (
       SELECT version, defaults_version FROM config.versions
       WHERE tenant_id = $1 AND version > $2 ORDER BY version LIMIT 1) AS own ON true`,
    [tenantId, last.own, last.defaults],
  );
  const { own = null, under = null, defaults = null } = row ?? {};
  return {
    own: own === null || under === null ? null : { version: own, defaultsVersion: under },
    defaults: defaults === null ? null : { version: defaults },
  };
}

/** Returns the state at a position, or `null` if one of its two versions is no longer stored. */
async function stateAt(tx: Tx, tenantId: string, place: StatePlace): Promise<ConfigState | null> {
  const own = `SELECT version, entries, created_at FROM config.versions WHERE tenant_id = $1 AND version = $2`;
  const [[ownRow], [defaultsRow]] = [
    await tx.rows<Row>(own, [tenantId, place.own]),
    await tx.rows<Row>(DEFAULTS, [place.defaults]),
  ];
  const state = { own: stored(ownRow), defaults: stored(defaultsRow) };
  return state.own.version === place.own && state.defaults.version === place.defaults ? state : null;
}

function stored(row: Row | undefined): StoredConfig {
  if (row === undefined) return NOTHING;
  return { version: row.version, entries: row.entries, createdAtMs: row.created_at.getTime() };
}
