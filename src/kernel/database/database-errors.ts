import { AppError, outage } from '../errors/app-error';

/**
 * SQLSTATE classes and codes that mean "not now" rather than "never" (PostgreSQL manual, Appendix A). 25006, a write in a read-only
 * transaction, comes from a standby or a server that is temporarily read-only.
 */
const UNAVAILABLE = /^(08|53|57|40|25006)/;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** `disk_full`, and the code for a limit in the server's own configuration. */
const FULL = new Set(['53100', '53400']);
/** Class 22, data exception: a value that the column's type cannot store. */
const DATA_EXCEPTION = /^22/;
const UNIQUE_VIOLATION = '23505';
const CHECK_VIOLATION = '23514';

/** Returns the SQLSTATE or system error code of a query error, even if TypeORM wrapped the error; empty if unknown. */
export function databaseErrorCode(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const driver: unknown = 'driverError' in thrown ? thrown.driverError : thrown;
  return driver instanceof Error && 'code' in driver && typeof driver.code === 'string' ? driver.code : '';
}

/** Returns whether a write failed because of a duplicate unique key. */
export function isUniqueViolation(thrown: unknown): boolean {
  return databaseErrorCode(thrown) === UNIQUE_VIOLATION;
}

/** Returns the unique key or index that a write violated; `null` if the write failed for another reason. */
export function violatedUnique(thrown: unknown): string | null {
  return databaseErrorCode(thrown) === UNIQUE_VIOLATION ? constraintOf(thrown) : null;
}

/** Returns the check constraint that a write violated; `null` if the write failed for another reason. */
export function violatedCheck(thrown: unknown): string | null {
  return databaseErrorCode(thrown) === CHECK_VIOLATION ? constraintOf(thrown) : null;
}

function constraintOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  const driver: unknown = 'driverError' in thrown ? thrown.driverError : thrown;
  return driver instanceof Error && 'constraint' in driver && typeof driver.constraint === 'string'
    ? driver.constraint
    : null;
}

/**
 * Maps the error of a failed query to the error that a caller receives. The error is `unavailable` with the reason `store_unavailable` if
 * the store is down or too slow (statement timeout), and with the reason `store_full` if the store is full. For a value that a column
 * cannot store, it is `invalid_request`. Otherwise, it is the original error. The message of a mapped error never contains SQL or a
 * driver's message.
 */
export function translateDatabaseError(thrown: unknown): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return thrown;
  const code = databaseErrorCode(thrown);
  // pg's own pool and socket errors have a message but no code; TypeORM releases a connection that is already closed.
  const lost =
    /timeout exceeded when trying to connect|Query read timeout|Client was closed|Connection terminated|client has encountered a connection error|was already released/i;
  if (FULL.has(code)) return outage('store_full', { cause: thrown });
  if (UNAVAILABLE.test(code) || NETWORK.has(code) || lost.test(thrown.message)) {
    return outage('store_unavailable', { cause: thrown });
  }
  if (DATA_EXCEPTION.test(code)) {
    return new AppError('invalid_request', 'A value has a format or a character that cannot be stored.', {
      cause: thrown,
    });
  }
  return thrown;
}
