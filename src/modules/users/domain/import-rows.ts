import { AppError } from '../../../kernel/errors/app-error';
import { IMPORT_LIMITS, type ImportFault, type ImportFile } from '../contract/user-import.types';
import { csvRecords } from './csv';
import { type CheckedRow, checkRow, faultOf, type ImportRow, ROW_MEMBERS, type RowMembers } from './import-row';

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
  readonly members: RowMembers | string;
}

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

function checked({ line, members }: RawRow, firstLines: Map<string, number>): CheckedRow {
  if (typeof members === 'string') return { faults: [faultOf(line, '', 'malformed', members)] };
  return checkRow(line, members, firstLines);
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
  const isKnown = names.every((name) => ROW_MEMBERS.includes(name));
  if (fault === null && isKnown && names.includes('email') && new Set(names).size === names.length) return names;
  const [first, ...optional] = ROW_MEMBERS;
  throw refused(`The first line must name the columns: ${first}, and optionally ${optional.join(', ')}.`);
}

/** Maps fields to members. An empty field counts as absent if the member is optional. */
function membersOf(names: readonly string[], fields: readonly string[]): RowMembers {
  const entries = names.map((name, index): [string, string] => [name, (fields[index] ?? '').trim()]);
  const present = entries.filter(([name, value]) => value !== '' || name === ROW_MEMBERS[0]);
  return Object.fromEntries(present.map(([name, value]) => [name, name === 'emailVerified' ? truthOf(value) : value]));
}

/** Returns the boolean that a field contains; another text stays as it is, and is a fault. */
function truthOf(field: string): boolean | string {
  return field === 'true' || (field === 'false' ? false : field);
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

function jsonMembers(row: string): RowMembers | string {
  if (row.length > IMPORT_LIMITS.maxFieldChars * 8) return 'The line is too long.';
  try {
    const value: unknown = JSON.parse(row);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Reported below.
  }
  return 'The line is not a JSON object.';
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
