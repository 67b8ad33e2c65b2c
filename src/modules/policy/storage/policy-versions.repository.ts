import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { BUNDLE_LIMITS, type PolicyVersion } from '../contract/policy-bundles.types';
import { POLICY_TOPIC } from '../contract/policy.types';
import { type PolicyVersionRow, toPolicyVersion, VERSION_COLUMNS } from './policy-version.row';

/** The data of a new version. */
export interface NewPolicyVersion {
  readonly archive: Uint8Array;
  readonly digest: string;
  readonly revision: string;
  readonly modules: readonly string[];
  readonly roots: readonly string[];
  readonly tests: { readonly passed: number; readonly skipped: number };
  readonly signedBy: string | null;
  readonly restoredFrom: number | null;
  readonly createdBy: string;
}

/** A tenant's version counter and active version. */
export interface PolicyHead {
  readonly lastVersion: number;
  readonly activeVersion: number | null;
}

const FROM = 'FROM policy.versions v JOIN policy.heads h USING (tenant_id)';

@Injectable()
export class PolicyVersionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Runs `work` with the tenant's head locked, so that only one transaction at a time assigns version numbers, or changes keys or the
   * active version.
   */
  async locked<T>(tenantId: string, work: (tx: Tx, head: PolicyHead) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, async (tx) => work(tx, await this.lockedHead(tx, tenantId)));
  }

  /** Returns the head in an existing transaction, locked until the transaction ends. */
  async lockedHead(tx: Tx, tenantId: string): Promise<PolicyHead> {
    return (await lockHead(tx, tenantId)) ?? (await makeHead(tx, tenantId));
  }

  /** Returns the tenant's active version, or `null` if there is none. */
  async active(tenantId: string): Promise<PolicyVersion | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<PolicyVersionRow>(
        `SELECT ${VERSION_COLUMNS} ${FROM} WHERE v.tenant_id = $1 AND v.version = h.active_version`,
        [tenantId],
      );
    return row ? toPolicyVersion(row) : null;
  }

  /**
   * Returns a version with its archive, or the active version if `version` is `null`. Returns `null` if the version does not exist or has
   * been deleted.
   */
  async withArchive(
    tenantId: string,
    version: number | null,
  ): Promise<{ readonly version: PolicyVersion; readonly archive: Uint8Array } | null> {
    const row = await this.database.tenant(tenantId).maybeOne<PolicyVersionRow & { readonly archive: Buffer }>(
      `SELECT ${VERSION_COLUMNS}, v.archive ${FROM}
       WHERE v.tenant_id = $1 AND v.version = coalesce($2, h.active_version)`,
      [tenantId, version],
    );
    return row ? { version: toPolicyVersion(row), archive: row.archive } : null;
  }

  /** Returns the versions before `before` (`null` for all), newest first. */
  async page(tenantId: string, before: number | null, limit: number): Promise<PolicyVersion[]> {
    const rows = await this.database.tenant(tenantId).rows<PolicyVersionRow>(
      `SELECT ${VERSION_COLUMNS} ${FROM}
       WHERE v.tenant_id = $1 AND ($2::int IS NULL OR v.version < $2) ORDER BY v.version DESC LIMIT $3`,
      [tenantId, before, limit],
    );
    return rows.map(toPolicyVersion);
  }

  async find(tx: Tx, tenantId: string, version: number): Promise<PolicyVersion | null> {
    const row = await tx.maybeOne<PolicyVersionRow>(
      `SELECT ${VERSION_COLUMNS} ${FROM} WHERE v.tenant_id = $1 AND v.version = $2`,
      [tenantId, version],
    );
    return row ? toPolicyVersion(row) : null;
  }

  /** Returns the newest remaining version with a revision, or `null` if no version has it. */
  async findRevision(tx: Tx, tenantId: string, revision: string): Promise<PolicyVersion | null> {
    const row = await tx.maybeOne<PolicyVersionRow>(
      `SELECT ${VERSION_COLUMNS} ${FROM} WHERE v.tenant_id = $1 AND v.revision = $2 ORDER BY v.version DESC LIMIT 1`,
      [tenantId, revision],
    );
    return row ? toPolicyVersion(row) : null;
  }

  /** Returns the number of the version that was active before the active one, or `null` if there was none or it has been deleted. */
  async previouslyActive(tenantId: string): Promise<number | null> {
    const row = await this.database.tenant(tenantId).maybeOne<{ version: number }>(
      `SELECT v.version ${FROM}
       WHERE v.tenant_id = $1 AND v.version < h.active_version AND v.activated_at IS NOT NULL
       ORDER BY v.version DESC LIMIT 1`,
      [tenantId],
    );
    return row?.version ?? null;
  }

  /** Adds the next version without activating it, and returns its number. Call it within {@link locked}. */
  async insert(tx: Tx, tenantId: string, head: PolicyHead, made: NewPolicyVersion): Promise<number> {
    const version = head.lastVersion + 1;
    await tx.run(
      `WITH made AS (
         INSERT INTO policy.versions (tenant_id, version, revision, digest, archive, modules, roots, tests_passed,
           tests_skipped, signed_by, restored_from, created_by)
         VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10, $11, $12))
       UPDATE policy.heads SET last_version = $2 WHERE tenant_id = $1`,
      [
        tenantId,
        version,
        made.revision,
        made.digest,
        Buffer.from(made.archive),
        toJsonb(made.modules),
        toJsonb(made.roots),
        made.tests.passed,
        made.tests.skipped,
        made.signedBy,
        made.restoredFrom,
        made.createdBy,
      ],
    );
    return version;
  }

  /** Activates a version and notifies the sidecars. Call it within {@link locked}. */
  async activate(tx: Tx, tenantId: string, version: number): Promise<void> {
    await tx.run(
      `WITH served AS (UPDATE policy.heads SET active_version = $2 WHERE tenant_id = $1)
       UPDATE policy.versions SET activated_at = now() WHERE tenant_id = $1 AND version = $2`,
      [tenantId, version],
    );
    await publishChanges(tx, [{ topic: POLICY_TOPIC, tenantId, key: tenantId, payload: { version } }]);
  }

  /** Deletes the versions beyond the limit, but never the active one. Call it within {@link locked}, after all other changes. */
  async trim(tx: Tx, tenantId: string): Promise<void> {
    await tx.run(
      `DELETE FROM policy.versions v USING policy.heads h
       WHERE h.tenant_id = v.tenant_id AND v.tenant_id = $1 AND v.version IS DISTINCT FROM h.active_version
         AND v.version <= (
           SELECT o.version FROM policy.versions o
           WHERE o.tenant_id = $1 AND o.version IS DISTINCT FROM h.active_version
           ORDER BY o.version DESC OFFSET $2 LIMIT 1)`,
      [tenantId, BUNDLE_LIMITS.keptVersions],
    );
  }
}

/** Returns the tenant's head, locked until the transaction ends; `null` before the tenant's first version. */
async function lockHead(tx: Tx, tenantId: string): Promise<PolicyHead | null> {
  const head = await tx.maybeOne<PolicyHead>(
    `SELECT last_version AS "lastVersion", active_version AS "activeVersion"
     FROM policy.heads WHERE tenant_id = $1 FOR UPDATE`,
    [tenantId],
  );
  return head ?? null;
}

/** Creates a tenant's head, or waits for a concurrent transaction that is creating it. */
async function makeHead(tx: Tx, tenantId: string): Promise<PolicyHead> {
  await tx.run('INSERT INTO policy.heads (tenant_id, last_version) VALUES ($1, 0) ON CONFLICT (tenant_id) DO NOTHING', [
    tenantId,
  ]);
  const head = await lockHead(tx, tenantId);
  if (!head) throw new Error('The head of a tenant was created but does not exist.');
  return head;
}
