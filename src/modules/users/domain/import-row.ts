import { z } from 'zod';
import { displayName, locale } from '../contract/accounts.types';
import { IMPORT_LIMITS, type ImportFault } from '../contract/user-import.types';
import { email, USER_ROLES, USER_STATUSES, type UserRole, type UserStatus } from '../contract/users.types';
import { emailKey } from './email-key';
import { parsePasswordHash } from './password-hash';

/** A user to create. */
export interface ImportRow {
  readonly line: number;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly role: UserRole;
  readonly status: UserStatus;
  /** BCP 47; `null` for the browser's language. */
  readonly locale: string | null;
  /** The hash of the password at the previous system, as `parsePasswordHash` accepts it; `null` for a user without a password. */
  readonly passwordHash: string | null;
}

/** The members of a row, as they are in the file. */
export type RowMembers = Readonly<Record<string, unknown>>;

const importRow = z.strictObject({
  email,
  displayName: displayName.optional(),
  role: z.enum(USER_ROLES).default('member'),
  emailVerified: z.boolean().default(false),
  status: z.enum(USER_STATUSES).optional(),
  locale: locale.optional(),
  passwordHash: z.string().optional(),
});

/** The names of a row's members; all but the first one are optional. */
export const ROW_MEMBERS: readonly string[] = Object.keys(importRow.shape);

/** A row whose members are valid by themselves, or its faults. */
export type CheckedRow = ImportRow | { readonly faults: readonly ImportFault[] };

/**
 * Checks a row. A user with a password hash is active, and a user without one is invited, unless the row sets the status.
 * @param firstLines the first line of each address so far; the address of a valid row is added.
 */
export function checkRow(line: number, members: RowMembers, firstLines: Map<string, number>): CheckedRow {
  const fault = (member: string, code: string, message: string): { readonly faults: readonly ImportFault[] } => ({
    faults: [faultOf(line, member, code, message)],
  });
  const long = Object.keys(members).find((name) => isTooLong(members[name]));
  if (long !== undefined)
    return fault(shortened(long), 'too_big', `has more than ${IMPORT_LIMITS.maxFieldChars} characters`);
  const parsed = importRow.safeParse(members);
  if (!parsed.success) return { faults: parsed.error.issues.flatMap((issue) => faultsOf(line, issue)) };
  const { email: address, passwordHash = null, status, locale: language = null, ...rest } = parsed.data;
  const { displayName: name = address.slice(0, address.indexOf('@')), role, emailVerified } = rest;
  const hash = passwordHash === null ? null : parsePasswordHash(passwordHash);
  if (hash !== null && 'fault' in hash) return fault('passwordHash', 'invalid_hash', hash.fault);
  if (hash !== null && status === 'invited')
    return fault('status', 'invalid_value', 'A user with a password is not invited. Omit the status, or use "active".');
  const key = emailKey(address);
  const first = firstLines.get(key);
  if (first !== undefined) return fault('email', 'duplicate', `The address already appears on line ${first}.`);
  firstLines.set(key, line);
  const settled = status ?? (passwordHash === null ? 'invited' : 'active');
  const named = { line, email: address, emailVerified, displayName: name };
  return { ...named, role, status: settled, locale: language, passwordHash };
}

export function faultOf(line: number, member: string, code: string, message: string): ImportFault {
  return { line, member, code, message };
}

function faultsOf(line: number, issue: z.core.$ZodIssue): readonly ImportFault[] {
  if (issue.code !== 'unrecognized_keys')
    return [faultOf(line, String(issue.path[0] ?? ''), issue.code, issue.message)];
  return issue.keys.map((key) => faultOf(line, shortened(key), 'unknown_member', 'is not a known member'));
}

function isTooLong(value: unknown): boolean {
  return typeof value === 'string' && value.length > IMPORT_LIMITS.maxFieldChars;
}

function shortened(name: string): string {
  return name.slice(0, 64);
}
