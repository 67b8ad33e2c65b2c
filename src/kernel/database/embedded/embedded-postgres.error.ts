/**
 * The embedded database cannot run, and what the operator has to change. Its text is for the console of the person
 * who starts the product; it never holds a password. The cause, if any, is the fault as the system reported it.
 */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EmbeddedPostgresError';
  }
}

/** The server went away while it was set up: it was ended, or is being ended, by somebody else. */
export class LostServerError extends EmbeddedPostgresError {}

/** The text of anything thrown, for a log line or for the end of a longer message. */
export function reasonOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}

/** The system's error code (`ENOENT`, `EACCES` …) or, from the database, the SQLSTATE; undefined when there is none. */
export function codeOf(fault: unknown): string | undefined {
  if (typeof fault !== 'object' || fault === null || !('code' in fault)) return undefined;
  return typeof fault.code === 'string' ? fault.code : undefined;
}

/** Puts a fault of the file system into words that say what to do; `doing` completes "cannot …". */
export function storageFault(doing: string, fault: unknown): EmbeddedPostgresError {
  const advice: Record<string, string> = {
    EACCES: 'give the user that runs this process write access, or choose another DATA_DIR',
    EPERM: 'give the user that runs this process ownership, or choose another DATA_DIR',
    ENOENT: 'a folder of the path is gone, or cannot be made because its file system is read-only',
    EINVAL: 'this root may not switch to the user of the server: run as an ordinary user, or set DATABASE_URL',
    EROFS: 'the file system is read-only: choose a DATA_DIR on a writable one',
    ENOSPC: 'the disk is full: free some space, or choose a DATA_DIR on another disk',
    EDQUOT: 'the disk quota is used up: free some space, or choose a DATA_DIR on another disk',
    ENOTDIR: 'a part of the path is a file: choose another DATA_DIR',
    EEXIST: 'a file is in the way: remove it, or choose another DATA_DIR',
  };
  const what = advice[codeOf(fault) ?? ''] ?? 'see the cause';
  return new EmbeddedPostgresError(`cannot ${doing}: ${reasonOf(fault)}; ${what}`, fault);
}
