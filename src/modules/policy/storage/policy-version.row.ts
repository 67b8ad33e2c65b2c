import type { PolicyVersion } from '../contract/policy-bundles.types';

/** A version as read from the database; `active_version` is the tenant's active version at that time. */
export interface PolicyVersionRow {
  readonly version: number;
  readonly revision: string;
  readonly digest: string;
  readonly size_bytes: number;
  readonly modules: readonly string[];
  readonly roots: readonly string[];
  readonly tests_passed: number;
  readonly tests_skipped: number;
  readonly signed_by: string | null;
  readonly restored_from: number | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly activated_at: Date | null;
  readonly active_version: number | null;
}

/** The columns of {@link PolicyVersionRow}, from `policy.versions v` joined with `policy.heads h`. */
export const VERSION_COLUMNS = `v.version, v.revision, v.digest, octet_length(v.archive) AS size_bytes, v.modules, v.roots,
  v.tests_passed, v.tests_skipped, v.signed_by, v.restored_from, v.created_by, v.created_at, v.activated_at,
  h.active_version`;

export function toPolicyVersion(row: PolicyVersionRow): PolicyVersion {
  return {
    version: row.version,
    revision: row.revision,
    status: statusOf(row),
    digest: row.digest,
    sizeBytes: row.size_bytes,
    modules: [...row.modules],
    roots: [...row.roots],
    tests: { passed: row.tests_passed, skipped: row.tests_skipped },
    signedBy: row.signed_by,
    restoredFrom: row.restored_from,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    activatedAt: row.activated_at?.toISOString() ?? null,
  };
}

/** Only the newest version can still be activated: activating a newer version discards a staged one. */
function statusOf({ version, activated_at, active_version }: PolicyVersionRow): PolicyVersion['status'] {
  if (version === active_version) return 'active';
  if (activated_at !== null) return 'superseded';
  return version > (active_version ?? 0) ? 'staged' : 'discarded';
}
