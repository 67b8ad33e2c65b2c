import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import {
  ENTITLEMENT_LIMITS,
  type License,
  type NewLicense,
  type NewOverride,
  type Override,
} from '../contract/entitlements-admin.types';
import { ENTITLEMENTS_TOPIC } from '../contract/entitlements.types';
import { lockPlans } from './plans.repository';

interface StoredRow {
  readonly expires_at: Date | null;
  readonly note: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}
type LicenseRow = StoredRow & { readonly plan: string };
/** The row of an override. `limit` is a string because the column is a bigint. */
type OverrideRow = StoredRow & { readonly key: string; readonly entitled: boolean; readonly limit: string | null };

/** Checks a write against the current object (`null` if there is none), within the write's transaction. Throws to reject the write. */
export type StoredCheck = (current: Pick<License, 'version' | 'createdAt'> | null) => void;

/** The value in the `limit` column that marks a plain feature, as opposed to an unlimited quota. */
const NO_QUOTA = -1;
const LICENSE = 'SELECT * FROM entitlements.licences WHERE tenant_id = $1';
const OVERRIDE = 'SELECT * FROM entitlements.overrides WHERE tenant_id = $1 AND key = $2';
/** The transaction lock serializes a tenant's writers. */

/** Tenants' licenses, and the overrides of their plans. */
@Injectable()
export class LicensesRepository {
  constructor(private readonly database: Database) {}

  async license(tenantId: string): Promise<License | null> {
    const row = await this.database.tenant(tenantId).maybeOne<LicenseRow>(LICENSE, [tenantId]);
    return row === undefined ? null : toLicense(row);
  }

  /** Adds or replaces a license. Errors: `invalid_request` for an unknown plan, and the errors of `check`. */
  putLicense(
    tenantId: string,
    { plan, expiresAt, note }: NewLicense,
    check: StoredCheck,
    event: StagedEvent,
  ): Promise<License> {
    return this.write(tenantId, '', event, async (tx) => {
      // The lock prevents the deletion of the plan until this write commits.
      await lockPlans(tx);
      const known = await tx.count('SELECT FROM entitlements.plan($1)', [plan]);
      if (known === 0) throw noSuchPlan();
      const current = await tx.maybeOne<LicenseRow>(LICENSE, [tenantId]);
      check(current === undefined ? null : toLicense(current));
      const rows = await tx.rows<LicenseRow>(
        `INSERT INTO entitlements.licences AS l (tenant_id, plan, expires_at, note) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id) DO UPDATE SET plan = excluded.plan, expires_at = excluded.expires_at,
           note = excluded.note, version = l.version + 1, updated_at = now()
         RETURNING *`,
        [tenantId, plan, expiresAt, note],
      );
      return rows.map(toLicense);
    }).then(written);
  }

  /**
   * Deletes a license.
   * @returns true if it existed.
   */
  removeLicense(tenantId: string, check: StoredCheck, event: StagedEvent): Promise<boolean> {
    return this.write(tenantId, '', event, async (tx) => {
      const current = await tx.maybeOne<LicenseRow>(LICENSE, [tenantId]);
      if (current === undefined) return null;
      check(toLicense(current));
      await tx.run('DELETE FROM entitlements.licences WHERE tenant_id = $1', [tenantId]);
      return true;
    }).then((removed) => removed === true);
  }

  /** Returns overrides by key. */
  async overrides(tenantId: string, after: string, limit: number): Promise<Override[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<OverrideRow>(
        'SELECT * FROM entitlements.overrides WHERE tenant_id = $1 AND key > $2 ORDER BY key LIMIT $3',
        [tenantId, after, limit],
      );
    return rows.map(toOverride);
  }

  async override(tenantId: string, key: string): Promise<Override | null> {
    const row = await this.database.tenant(tenantId).maybeOne<OverrideRow>(OVERRIDE, [tenantId, key]);
    return row === undefined ? null : toOverride(row);
  }

  /** Adds or replaces an override. Errors: `conflict` at the maximum number of overrides, and the errors of `check`. */
  putOverride(
    tenantId: string,
    key: string,
    { entitled, limit, expiresAt, note }: NewOverride,
    check: StoredCheck,
    event: StagedEvent,
  ): Promise<Override> {
    return this.write(tenantId, key, event, async (tx) => {
      const current = await tx.maybeOne<OverrideRow>(OVERRIDE, [tenantId, key]);
      check(current === undefined ? null : toOverride(current));
      if (current === undefined) await requireRoom(tx, tenantId);
      const rows = await tx.rows<OverrideRow>(
        `INSERT INTO entitlements.overrides AS o (tenant_id, key, entitled, "limit", expires_at, note)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, key) DO UPDATE SET entitled = excluded.entitled, "limit" = excluded."limit",
           expires_at = excluded.expires_at, note = excluded.note, version = o.version + 1, updated_at = now()
         RETURNING *`,
        [tenantId, key, entitled, limit === undefined ? NO_QUOTA : limit, expiresAt, note],
      );
      return rows.map(toOverride);
    }).then(written);
  }

  /**
   * Deletes an override.
   * @returns true if it existed.
   */
  removeOverride(tenantId: string, key: string, check: StoredCheck, event: StagedEvent): Promise<boolean> {
    return this.write(tenantId, key, event, async (tx) => {
      const current = await tx.maybeOne<OverrideRow>(OVERRIDE, [tenantId, key]);
      if (current === undefined) return null;
      check(toOverride(current));
      await tx.run('DELETE FROM entitlements.overrides WHERE tenant_id = $1 AND key = $2', [tenantId, key]);
      return true;
    }).then((removed) => removed === true);
  }

  /** Runs a write together with its event and change notification; skips both when `work` returns `null`. */
  private write<T>(
    tenantId: string,
    key: string,
    event: StagedEvent,
    work: (tx: Tx) => Promise<T | null>,
  ): Promise<T | null> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      await lockTenant(tx, 'entitlements.licences', tenantId);
      const done = await work(tx);
      if (done === null) return null;
      await publishChanges(tx, [{ topic: ENTITLEMENTS_TOPIC, tenantId, key, payload: {} }]);
      await stageEvent(tx, event);
      return done;
    });
  }
}

async function requireRoom(tx: Tx, tenantId: string): Promise<void> {
  const sql = 'SELECT count(*)::int AS overrides FROM entitlements.overrides WHERE tenant_id = $1';
  const row = await tx.maybeOne<{ overrides: number }>(sql, [tenantId]);
  if ((row?.overrides ?? 0) < ENTITLEMENT_LIMITS.maxOverrides) return;
  throw new AppError('conflict', `A tenant can have at most ${ENTITLEMENT_LIMITS.maxOverrides} overrides.`);
}

function noSuchPlan(): AppError {
  const message = 'There is no such plan.';
  return new AppError('invalid_request', message, { fields: [{ pointer: '/plan', code: 'unknown', message }] });
}

function written<T>(rows: readonly T[] | null): T {
  const [row] = rows ?? [];
  if (row === undefined) throw new Error('A stored row was not returned.');
  return row;
}

function toLicense({ plan, ...row }: LicenseRow): License {
  return { plan, ...common(row) };
}

function toOverride({ key, entitled, limit, ...row }: OverrideRow): Override {
  const size = limit === null ? null : Number(limit);
  return { key, entitled, ...(size === NO_QUOTA ? {} : { limit: size }), ...common(row) };
}

function common({ expires_at, note, version, created_at, updated_at }: StoredRow): Omit<License, 'plan'> {
  return {
    expiresAt: expires_at?.toISOString() ?? null,
    note,
    version,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  };
}
