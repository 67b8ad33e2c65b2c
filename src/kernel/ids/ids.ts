import { hash, randomFillSync } from 'node:crypto';

/**
 * The id prefixes of this product: those of rest.md §1, and these.
 * - `app-` and `sec-`: apps and their secrets; `rgt-`: tokens by which apps register themselves.
 * - `dec-`: logged decisions; `evt-`: events.
 * - `dek-`: data keys; `sgr-`: grants of secrets; `sch-`: scheduled changes.
 * - `snk-`: sinks of the audit log; `psn-`: persons in the audit log.
 * - `sml-`: SAML identity providers; `scm-` and `sct-`: SCIM connections and their tokens.
 * - `con-` and `idn-`: connections to identity providers, and identities there.
 * - `del-`: deleted tenants; `upl-`: resumable uploads.
 * - `jsc-`: schedules of jobs; `exe-`: processes that run jobs; `wfl-`: workflows.
 * - `fac-`: factors of users, such as passkeys.
 */
export type IdPrefix =
  | 'tnt'
  | 'app'
  | 'sec'
  | 'prj'
  | 'aud'
  | 'key'
  | 'req'
  | 'dec'
  | 'usr'
  | 'ses'
  | 'sic'
  | 'inv'
  | 'grt'
  | 'grp'
  | 'crd'
  | 'dek'
  | 'sgr'
  | 'sch'
  | 'snk'
  | 'psn'
  | 'sml'
  | 'del'
  | 'fil'
  | 'upl'
  | 'whk'
  | 'evt'
  | 'job'
  | 'jsc'
  | 'exe'
  | 'scm'
  | 'sct'
  | 'wfl'
  | 'rgt'
  | 'fac'
  | 'con'
  | 'idn';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const ULID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

const POOL_BYTES = 4096;
/** Random characters, drawn and encoded in one batch for 256 ids, because drawing random bytes costs more than creating an id. */
const pool = Buffer.allocUnsafe(POOL_BYTES);
let poolOffset = POOL_BYTES;
/** The characters of the last timestamp, because many ids are created in the same millisecond. */
let lastMs = Number.NaN;
let lastTime = '';

/**
 * Returns a lowercase ULID: 48 bits of Unix milliseconds, 80 random bits, 26 Crockford base-32 characters that sort by time.
 * @param nowMs Unix time in milliseconds; `Date.now()` unless a test controls the clock.
 */
export function newUlid(nowMs: number = Date.now()): string {
  const ms = Math.trunc(nowMs);
  if (ms !== lastMs) {
    lastTime = timeChars(ms);
    lastMs = ms;
  }
  if (poolOffset + RANDOM_CHARS > POOL_BYTES) refillPool();
  const random = pool.toString('latin1', poolOffset, poolOffset + RANDOM_CHARS);
  poolOffset += RANDOM_CHARS;
  return lastTime + random;
}

function timeChars(ms: number): string {
  let time = '';
  let rest = ms;
  for (let i = 0; i < TIME_CHARS; i++) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time;
}

/** Uses 5 bits of each byte. The result is uniform, since 32 divides 256. */
function refillPool(): void {
  randomFillSync(pool);
  for (let i = 0; i < POOL_BYTES; i++) pool.writeUInt8(ALPHABET.charCodeAt(pool.readUInt8(i) & 31), i);
  poolOffset = 0;
}

/** Returns a new id such as `prj-01h…`. */
export function newId(prefix: IdPrefix, nowMs?: number): string {
  return `${prefix}-${newUlid(nowMs)}`;
}

/**
 * Returns the same id for the same parts and different ids for different parts, so that repeated requests under a key get the same id. The
 * id does not contain a time.
 */
export function derivedId(prefix: IdPrefix, parts: readonly string[]): string {
  const digest = hash('sha256', JSON.stringify(parts), 'buffer');
  // 5 bits of each byte; the first character of a ULID has 3.
  const chars = Array.from({ length: TIME_CHARS + RANDOM_CHARS }, (_, at) =>
    ALPHABET.charAt(digest.readUInt8(at) & (at === 0 ? 7 : 31)),
  );
  return `${prefix}-${chars.join('')}`;
}

/** Returns whether a string is an id with this prefix. Any other string can be reported as "not found" without a query. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}-`) && ULID.test(text.slice(prefix.length + 1));
}

/** Returns the Unix milliseconds in a ULID or prefixed id; `NaN` if the string is neither. */
export function idTimeMs(id: string): number {
  const ulid = id.slice(id.lastIndexOf('-') + 1);
  if (!ULID.test(ulid)) return Number.NaN;
  let ms = 0;
  for (let i = 0; i < TIME_CHARS; i++) ms = ms * 32 + ALPHABET.indexOf(ulid.charAt(i));
  return ms;
}
