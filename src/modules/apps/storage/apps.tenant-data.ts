import { type TenantData, type TenantRow, textOf } from '../../../kernel/tenant-data/tenant-data';
import { APPS_TOPIC, CONSOLE_CLIENT_ID } from '../contract/apps.types';

/** Each installation has a console of its own, which no tenant may bring. */
function unlessConsole(row: TenantRow): TenantRow | null {
  return row['client_id'] === CONSOLE_CLIENT_ID ? null : row;
}

/** Rule over the installation comes from its own bootstrap, never out of a file. */
function withoutPlatformAdmin(row: TenantRow): TenantRow {
  const lists = ['declared_scopes', 'default_scopes'].map((column): [string, unknown] => [column, row[column]]);
  const trimmed = lists.filter(([, scopes]) => Array.isArray(scopes) && scopes.includes('platform.admin'));
  if (trimmed.length === 0) return row;
  const without = (scopes: unknown): unknown =>
    Array.isArray(scopes) ? scopes.filter((scope) => scope !== 'platform.admin') : scopes;
  return { ...row, ...Object.fromEntries(trimmed.map(([column, scopes]) => [column, without(scopes)])) };
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
      admitted: (row) => unlessConsole(withoutPlatformAdmin(row)),
      announced: (row, tenantId) => ({ topic: APPS_TOPIC, tenantId, key: textOf(row, 'client_id'), payload: {} }),
    },
    {
      table: 'apps.secrets',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until it expires, or its app goes.',
      admitted: unlessConsole,
    },
    {
      table: 'apps.context_secrets',
      key: ['secret_id'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'As long as the secret itself, while its app signs platform contexts.',
    },
    { table: 'apps.scopes', key: ['name'], exported: 'rows', erased: 'rows', kept: 'Until the scope is deleted.' },
  ],
};
