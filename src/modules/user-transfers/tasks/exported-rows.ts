import type { Account } from '../../users/contract/accounts.types';

type Format = 'csv' | 'jsonl';

const COLUMNS = ['id', 'email', 'emailVerified', 'displayName', 'role', 'status', 'createdAt', 'updatedAt'] as const;

const ROWS_OF_STEP = 100;

/** Returns the header of a file. */
export function headOf(format: Format): string {
  return format === 'csv' ? lineOf(COLUMNS) : '';
}

/** Formats users as rows, each with its line ending. Yields control after every 100 rows. */
export function* rowsOf(format: Format, users: readonly Account[]): Generator<undefined, string, undefined> {
  let rows = '';
  for (const [index, user] of users.entries()) {
    if (index % ROWS_OF_STEP === ROWS_OF_STEP - 1) yield;
    rows += format === 'csv' ? lineOf(COLUMNS.map((name) => String(user[name] ?? ''))) : `${JSON.stringify(user)}\n`;
  }
  return rows;
}

function lineOf(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\r\n`;
}

/** Quotes a field so that a spreadsheet never interprets it as a formula, because people choose their names themselves. */
function quoted(field: string): string {
  const safe = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
