/**
 * Thrown when the embedded database cannot run; the message says what the operator has to change. The message appears on the console of the
 * person who starts the product, and never contains a password. The cause, if any, is the error that the system reported.
 */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EmbeddedPostgresError';
  }
}

/** Thrown when another process stops the server during setup. */
export class LostServerError extends EmbeddedPostgresError {}

/** Returns the message of any thrown value, for a log line or the end of a longer message. */
export function reasonOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}

/** Returns the system's error code (`ENOENT`, `EACCES` …) or, from the database, the SQLSTATE; undefined if there is no code. */
export function codeOf(fault: unknown): string | undefined {
  if (typeof fault !== 'object' || fault === null || !('code' in fault)) return undefined;
  return typeof fault.code === 'string' ? fault.code : undefined;
}

/** Returns an error for a file system fault with advice on what to do; `doing` completes "cannot …". */
export function storageFault(doing: string, fault: unknown): EmbeddedPostgresError {
  const advice: Record<string, string> = {
    EACCES: 'give the user that runs this process write access, or choose a different DATA_DIR',
    EPERM: 'give the user that runs this process ownership, or choose a different DATA_DIR',
    ENOENT: 'a folder in the path is missing, or its read-only file system prevents creating it',
    EINVAL: 'root cannot switch to the user of the server here: run as an ordinary user, or set DATABASE_URL',
    EROFS: 'the file system is read-only: choose a DATA_DIR on a writable file system',
    ENOSPC: 'the disk is full: free some space, or choose a DATA_DIR on another disk',
    EDQUOT: 'the disk quota is used up: free some space, or choose a DATA_DIR on another disk',
    ENOTDIR: 'a part of the path is a file: choose a different DATA_DIR',
    EEXIST: 'a file is in the way: remove it, or choose a different DATA_DIR',
  };
  const what = advice[codeOf(fault) ?? ''] ?? 'see the cause';
  return new EmbeddedPostgresError(`cannot ${doing}: ${reasonOf(fault)}; ${what}`, fault);
}
