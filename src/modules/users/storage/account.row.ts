import { type Bind, KeysetList } from '../../../kernel/lists/keyset-list';
import type { Account, UserQuery } from '../contract/accounts.types';
import { nameKey } from '../domain/name-key';

/** A row of `users.users` for user management. */
export interface AccountRow {
  readonly id: string;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly display_name: string;
  readonly avatar_url: string | null;
  readonly role: Account['role'];
  readonly status: Account['status'];
  readonly theme: Account['preferences']['theme'];
  readonly locale: string | null;
  readonly notifications_enabled: boolean;
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string | null;
  readonly updated_at: Date;
  readonly updated_by: string | null;
}

/** The columns of an {@link AccountRow}. */
export const ACCOUNT_COLUMNS = `id, email, email_verified, display_name, avatar_url, role, status, theme, locale,
  notifications_enabled, version, created_at, created_by, updated_at, updated_by`;

type Unsearched = Omit<UserQuery, 'q'>;

const filters = {
  status: (value: string, bind: Bind): string => `status = ${bind(value)}`,
  role: (value: string, bind: Bind): string => `role = ${bind(value)}`,
};

export const ACCOUNT_LIST = new KeysetList<Unsearched, AccountRow>({
  list: 'users',
  select: ACCOUNT_COLUMNS,
  from: 'users.users',
  tenant: 'tenant_id',
  id: 'id',
  sorts: {
    email: { column: 'email_key COLLATE "C"', type: 'text' },
    name: { column: 'name_key', type: 'text' },
    createdAt: { column: 'created_at', type: 'timestamptz' },
  },
  filters,
});

const keyed = (column: string, isName: boolean): string =>
  `SELECT tenant_id, email_key, ${ACCOUNT_COLUMNS}, ${column} COLLATE "C" AS found, ${isName} AS is_name FROM users.users`;

/** Matches a prefix: every string that begins with it is below the prefix followed by the last code point. */
const beginsWith = (column: string, key: string): string =>
  `${column} >= ${key}::text AND ${column} < ${key}::text || chr(1114111)`;

/**
 * Finds users by the beginning of an address or a name: merges the ranges of two indexes in the order of the matched text. A user whose
 * address and name both match is found by the address.
 */
export const ACCOUNT_SEARCH = new KeysetList<UserQuery, AccountRow>({
  list: 'users.search',
  select: ACCOUNT_COLUMNS,
  from: `(${keyed('email_key', false)} UNION ALL ${keyed('name_key', true)}) AS people`,
  tenant: 'tenant_id',
  id: 'id',
  sorts: { email: { column: 'found', type: 'text' } },
  filters: {
    ...filters,
    q: (value, bind) => {
      const key = bind(nameKey(value));
      return `${beginsWith('found', key)} AND NOT (is_name AND ${beginsWith('email_key COLLATE "C"', key)})`;
    },
  },
});

export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.email_verified,
    displayName: row.display_name,
    avatarUrl: row.avatar_url,
    role: row.role,
    status: row.status,
    preferences: { theme: row.theme, locale: row.locale, notificationsEnabled: row.notifications_enabled },
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}
