import { type TenantData, type TenantRow, textOf } from '../../../kernel/tenant-data/tenant-data';
import { isOrigin } from '../../../kernel/network/origin';
import { APPS_TOPIC, isInstallationApp } from '../contract/apps.types';
import { SELF_REGISTRATION_TOPIC } from '../contract/self-registration.types';

/** Skips the installation's own apps: each installation has its own, and a tenant must not import them. */
function unlessInstallationApp(row: TenantRow): TenantRow | null {
  return isInstallationApp(String(row['client_id'])) ? null : row;
}

const PLATFORM_ADMIN = 'platform.admin';
const SCOPES = ['declared_scopes', 'default_scopes'];

/**
 * Removes the scope `platform.admin`: control of the installation comes from its own bootstrap, never from a file. PostgreSQL also accepts
 * a string or nested arrays as an array. Therefore, a row is skipped unless its columns are plain lists, as in an export.
 */
function withoutPlatformAdmin(row: TenantRow): TenantRow | null {
  let admitted = row;
  for (const column of SCOPES) {
    const scopes = row[column];
    if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) return null;
    if (scopes.includes(PLATFORM_ADMIN)) {
      admitted = { ...admitted, [column]: scopes.filter((scope) => scope !== PLATFORM_ADMIN) };
    }
  }
  return admitted;
}

/** Keeps only valid origins: a page that anyone on the network can alter must not be listed. */
function withValidOrigins(row: TenantRow): TenantRow {
  const origins = row['allowed_origins'];
  if (origins === undefined) return row;
  const valid = Array.isArray(origins) ? origins.filter((one) => typeof one === 'string' && isOrigin(one)) : [];
  return { ...row, allowed_origins: valid };
}

export const appsTenantData: TenantData = {
  module: 'apps',
  tables: [
    {
      table: 'apps.apps',
      key: ['client_id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the app is deleted.',
      admitted: (row) => unlessInstallationApp(row) && withoutPlatformAdmin(withValidOrigins(row)),
      announced: (row, tenantId) => ({ topic: APPS_TOPIC, tenantId, key: textOf(row, 'client_id'), payload: {} }),
    },
    {
      table: 'apps.secrets',
      key: ['id'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until it expires, or its app is deleted.',
      reset:
        'Imported apps have no client secrets: create a secret for each app (POST /api/v1/apps/{id}/rotate-secret) and distribute it.',
      admitted: unlessInstallationApp,
    },
    {
      table: 'apps.context_secrets',
      key: ['secret_id'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'As long as the secret exists and its app signs platform contexts.',
    },
    { table: 'apps.scopes', key: ['name'], exported: 'rows', erased: 'rows', kept: 'Until the scope is deleted.' },
    {
      table: 'apps.self_registration',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant exists.',
      announced: (_row, tenantId) => ({ topic: SELF_REGISTRATION_TOPIC, tenantId, key: tenantId, payload: {} }),
    },
    {
      table: 'apps.initial_tokens',
      key: ['id'],
      exported: { leftOut: 'Tokens are valid only in this installation; an administrator creates new ones.' },
      erased: 'rows',
      kept: 'Until an administrator deletes it; it is valid until it expires or is used up.',
    },
    {
      table: 'apps.self_registered',
      key: ['client_id'],
      exported: {
        leftOut: 'Registration access tokens are valid only in this installation. The apps themselves are exported.',
      },
      erased: 'rows',
      kept: 'As long as the app exists.',
    },
  ],
};
