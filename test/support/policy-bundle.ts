import { writeArchive } from '@coresdk/rego/bundle';
import { POLICY_TOPIC } from '../../src/modules/policy/contract/policy.types';
import { queryAs } from './test-database';

/** A bundle: Rego by path, and base data. */
export interface TestBundle {
  readonly modules: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Stores and activates a bundle as the next version and notifies the sidecars, in one transaction like the control plane,
 * but without validation.
 * @param adminUrl URL of the superuser.
 * @returns the version.
 */
export async function activateBundle(adminUrl: string, tenantId: string, bundle: TestBundle): Promise<number> {
  const files = Object.entries(bundle.modules).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  if (bundle.data) files.push({ path: 'data.json', bytes: Buffer.from(JSON.stringify(bundle.data)) });
  const change = { topic: POLICY_TOPIC, tenantId, key: tenantId, payload: {} };
  const [row] = await queryAs<{ version: number }>(
    adminUrl,
    `WITH head AS (
       INSERT INTO policy.heads (tenant_id, last_version, active_version) VALUES ($1, 1, 1)
       ON CONFLICT (tenant_id) DO UPDATE
         SET last_version = policy.heads.last_version + 1, active_version = policy.heads.last_version + 1
       RETURNING active_version
     ), stored AS (
       INSERT INTO policy.versions (tenant_id, version, revision, digest, archive, modules, roots, tests_passed,
         tests_skipped, created_by, activated_at)
       SELECT $1, active_version, '', '', $2, '[]', '[]', 0, 0, 'test', now() FROM head
       RETURNING version
     )
     SELECT version, kernel.publish_changes($3::jsonb) FROM stored`,
    [tenantId, writeArchive(files), JSON.stringify([change])],
  );
  if (!row) throw new Error('The bundle was not stored.');
  return row.version;
}
