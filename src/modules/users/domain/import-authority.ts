import { IMPORT_LIMITS, type ImportFault } from '../contract/user-import.types';
import type { UserRole } from '../contract/users.types';
import { faultOf, type ImportRow } from './import-row';
import type { ReadImport } from './import-rows';
import { isAtLeast } from './role-rank';

const ADMINISTRATORS = 'you need the role admin or owner, or an app token with the scope admin.';

/**
 * Adds a fault for each valid row that the caller is not allowed to import. A caller assigns roles up to its own, and only administrators
 * vouch for passwords and addresses.
 * @param acting the role with which the caller acts.
 */
export function withAuthorityFaults(read: ReadImport, acting: UserRole): ReadImport {
  return withFaults(read, (row) => authorityFault(row, acting));
}

/** Adds a fault for each valid row with a password hash, because the files of a job are stored with it. */
export function withoutPasswords(read: ReadImport): ReadImport {
  const message = 'A job does not import password hashes. Import the file without "Prefer: respond-async".';
  return withFaults(read, ({ line, passwordHash }) =>
    passwordHash === null ? null : faultOf(line, 'passwordHash', 'forbidden', message),
  );
}

function authorityFault({ line, role, passwordHash, emailVerified }: ImportRow, acting: UserRole): ImportFault | null {
  if (!isAtLeast(acting, role)) return faultOf(line, 'role', 'forbidden', 'This role is above your own.');
  if (isAtLeast(acting, 'admin')) return null;
  if (passwordHash !== null)
    return faultOf(line, 'passwordHash', 'forbidden', `To import a password hash, ${ADMINISTRATORS}`);
  if (emailVerified)
    return faultOf(line, 'emailVerified', 'forbidden', `To import a verified address, ${ADMINISTRATORS}`);
  return null;
}

function withFaults(read: ReadImport, faultIn: (row: ImportRow) => ImportFault | null): ReadImport {
  const good: ImportRow[] = [];
  const refused: ImportFault[] = [];
  for (const row of read.good) {
    const fault = faultIn(row);
    if (fault === null) good.push(row);
    else refused.push(fault);
  }
  if (refused.length === 0) return read;
  const first = [...read.faults, ...refused.slice(0, IMPORT_LIMITS.maxFaults)].sort((a, b) => a.line - b.line);
  return {
    rows: read.rows,
    good,
    faults: first.slice(0, IMPORT_LIMITS.maxFaults),
    faulty: read.faulty + refused.length,
  };
}
