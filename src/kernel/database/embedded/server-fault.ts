import { EmbeddedPostgresError } from './embedded-postgres.error';

/** Patterns for the output of the server or initdb, each with advice. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|Check free disk space/,
    'the disk is full: free some space, or choose a DATA_DIR on another disk',
  ],
  [/quota exceeded/i, 'the disk quota is used up: free some space, or choose a DATA_DIR on another disk'],
  [/Read-only file system/, 'the file system is read-only: choose a DATA_DIR on a writable file system'],
  [
    /database files are incompatible/,
    'the data was written by a different PostgreSQL version: choose an empty DATA_DIR',
  ],
  [
    /could not look up effective user ID/,
    'the user of this process needs an entry in /etc/passwd, or set DATABASE_URL',
  ],
  [
    /Cannot allocate memory|could not (create|map|resize) .*shared memory/,
    'give the machine more memory, or set DATABASE_URL',
  ],
  [/spawn .* EPERM|spawn .* EINVAL/, 'root cannot switch users here: run as an ordinary user, or set DATABASE_URL'],
  [
    /spawn .* EACCES/,
    'the programs cannot be executed there (is it mounted noexec?): move the checkout, or set DATABASE_URL',
  ],
  [/spawn .* ENOENT/, 'the programs need glibc (not Alpine/musl): set DATABASE_URL'],
  [/error while loading shared libraries/, 'libraries are missing: install again with "npm ci", or set DATABASE_URL'],
  [
    /has wrong ownership|has invalid permissions/,
    'the data directory must be 0700 and belong to the user that runs the server',
  ],
  [
    /Permission denied/,
    'give the user that runs the server access to its data directory, or choose a different DATA_DIR',
  ],
];

/** Returns the error "The embedded database could not <doing>" with the output and advice. */
export function explainFault(doing: string, said: string, cause?: unknown): EmbeddedPostgresError {
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1] ?? 'see postgres.log in DATA_DIR';
  return new EmbeddedPostgresError(`the embedded database could not ${doing}; ${advice}. It said: ${said}`, cause);
}

/** Returns whether the server exited because its port is taken. */
export function isPortTaken(said: string): boolean {
  return /Address already in use|could not create any TCP\/IP sockets/.test(said);
}
