import type { Account } from '../../users/contract/accounts.types';

type Format = 'csv' | 'jsonl';

const COLUMNS = ['id', 'email', 'emailVerified', 'displayName', 'role', 'status', 'createdAt', 'updatedAt'] as const;

/** What stands before the first row of a file. */
export function headOf(format: Format): string {
  return format === 'csv' ? lineOf(COLUMNS) : '';
}

/** Rows of users, each with its line end. */
export function rowsOf(format: Format, users: readonly Account[]): string {
  const row = (user: Account): string =>
    format === 'csv' ? lineOf(COLUMNS.map((name) => String(user[name] ?? ''))) : `${JSON.stringify(user)}\n`;
  return users.map(row).join('');
}

function lineOf(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\r\n`;
}

/** A field that a spreadsheet takes for a text and never for a formula: people choose their names. */
function quoted(field: string): string {
  const safe = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
