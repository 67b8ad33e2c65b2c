import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import { displayName } from '../contract/accounts.types';
import { IMPORT_LIMITS, type ImportFault, type ImportFile } from '../contract/user-import.types';
import { email, USER_ROLES, type UserRole } from '../contract/users.types';
import { csvRecords } from './csv';
import { emailKey } from './email-key';

/** A user to create. */
export interface ImportRow {
  readonly line: number;
  readonly email: string;
  readonly displayName: string;
  readonly role: UserRole;
}

/** The rows of a file. */
export interface ReadImport {
  readonly rows: number;
  readonly good: readonly ImportRow[];
  readonly faults: readonly ImportFault[];
  /** Number of rows with at least one fault. */
  readonly faulty: number;
}

/** A row of the file. If the row cannot be read, a string that describes the error replaces its members. */
interface RawRow {
  readonly line: number;
  readonly members: Readonly<Record<string, unknown>> | string;
}

const MEMBERS = ['email', 'displayName', 'role'] as const;
const OPTIONAL_MEMBERS: readonly string[] = ['displayName', 'role'];

const importRow = z.strictObject({
  email,
  displayName: displayName.optional(),
  role: z.enum(USER_ROLES).default('member'),
});

/**
 * Parses a file of users. Every row is checked separately; a second row with the same address is also a fault.
 * Errors: `invalid_request` for a file that is not UTF-8, has no header line, or has too many rows.
 */
export function readImport({ format, bytes }: ImportFile): ReadImport {
  const text = decoded(bytes);
  const good: ImportRow[] = [];
  const faults: ImportFault[] = [];
  const firstLines = new Map<string, number>();
  let rows = 0;
  let faulty = 0;
  for (const raw of format === 'csv' ? csvRows(text) : jsonRows(text)) {
    if (++rows > IMPORT_LIMITS.maxRows) throw refused(`An import can have at most ${IMPORT_LIMITS.maxRows} rows.`);
    const row = checked(raw, firstLines);
    if ('email' in row) good.push(row);
    else {
      faulty++;
      faults.push(...row.faults.slice(0, IMPORT_LIMITS.maxFaults - faults.length));
    }
  }
  if (rows === 0) throw refused('The file has no rows.');
  return { rows, good, faults, faulty };
}

/**
 * Adds a fault for each valid row whose role the caller is not allowed to assign.
 * @param mayGive returns whether the caller is allowed to assign a role.
 */
export function withRoleFaults(read: ReadImport, mayGive: (role: UserRole) => boolean): ReadImport {
  const good = read.good.filter(({ role }) => mayGive(role));
  const refusedRows = read.good.filter(({ role }) => !mayGive(role));
  const refused = refusedRows
    .slice(0, IMPORT_LIMITS.maxFaults)
    .map(({ line }) => faultOf(line, 'role', 'forbidden', 'This role is above your own.'));
  const faults = [...read.faults, ...refused].sort((a, b) => a.line - b.line).slice(0, IMPORT_LIMITS.maxFaults);
  return { rows: read.rows, good, faults, faulty: read.faulty + refusedRows.length };
}

function checked(
  { line, members }: RawRow,
  firstLines: Map<string, number>,
): ImportRow | { readonly faults: readonly ImportFault[] } {
  const fault = (member: string, code: string, message: string): ImportFault => faultOf(line, member, code, message);
  if (typeof members === 'string') return { faults: [fault('', 'malformed', members)] };
  const long = Object.keys(members).find((name) => isTooLong(members[name]));
  if (long !== undefined) {
    const message = `has more than ${IMPORT_LIMITS.maxFieldChars} characters`;
    return { faults: [fault(shortened(long), 'too_big', message)] };
  }
  const parsed = importRow.safeParse(members);
  if (!parsed.success) {
    return {
      faults: parsed.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => fault(shortened(key), 'unknown_member', 'is not a known member'))
          : [fault(String(issue.path[0] ?? ''), issue.code, issue.message)],
      ),
    };
  }
  const { email: address, role, displayName: name = address.slice(0, address.indexOf('@')) } = parsed.data;
  const key = emailKey(address);
  const first = firstLines.get(key);
  if (first !== undefined)
    return { faults: [fault('email', 'duplicate', `The address already appears on line ${first}.`)] };
  firstLines.set(key, line);
  return { line, email: address, displayName: name, role };
}

function faultOf(line: number, member: string, code: string, message: string): ImportFault {
  return { line, member, code, message };
}

function* csvRows(text: string): Generator<RawRow> {
  let names: readonly string[] | null = null;
  for (const { line, fields, fault } of csvRecords(text)) {
    if (names === null) {
      names = headerOf(fields, fault);
      continue;
    }
    if (fault !== null) yield { line, members: fault };
    else if (fields.length !== names.length) {
      yield { line, members: `The row has ${fields.length} fields, but the first line names ${names.length}.` };
    } else yield { line, members: membersOf(names, fields) };
  }
}

/** Parses the header line. Errors: `invalid_request`. */
function headerOf(fields: readonly string[], fault: string | null): readonly string[] {
  const names = fields.map((field) => field.trim());
  const isKnown = names.every((name) => (MEMBERS as readonly string[]).includes(name));
  if (fault === null && isKnown && names.includes('email') && new Set(names).size === names.length) return names;
  throw refused(`The first line must name the columns: email, and optionally displayName and role.`);
}

/** Maps fields to members. An empty field counts as absent if the member is optional. */
function membersOf(names: readonly string[], fields: readonly string[]): Readonly<Record<string, unknown>> {
  const entries = names.map((name, index): [string, string] => [name, (fields[index] ?? '').trim()]);
  return Object.fromEntries(entries.filter(([name, value]) => value !== '' || !OPTIONAL_MEMBERS.includes(name)));
}

function* jsonRows(text: string): Generator<RawRow> {
  let line = 0;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const row = text.slice(at, end < 0 ? text.length : end).trim();
    at = end < 0 ? text.length : end + 1;
    line++;
    if (row !== '') yield { line, members: jsonMembers(row) };
  }
}

function jsonMembers(row: string): Readonly<Record<string, unknown>> | string {
  if (row.length > IMPORT_LIMITS.maxFieldChars * 8) return 'The line is too long.';
  try {
    const value: unknown = JSON.parse(row);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Reported below.
  }
  return 'The line is not a JSON object.';
}

function isTooLong(value: unknown): boolean {
  return typeof value === 'string' && value.length > IMPORT_LIMITS.maxFieldChars;
}

function shortened(name: string): string {
  return name.slice(0, 64);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_request', 'The file is not UTF-8.', { cause });
  }
}

function refused(message: string): AppError {
  return new AppError('invalid_request', message);
}
