import { ConfigurationError } from '../errors.js';

/** Cookies by name, in the order of the `Cookie` header. */
export type CookieMap = ReadonlyMap<string, string>;

/** A change of one cookie. `null` deletes the cookie. */
export interface CookieChange {
  readonly name: string;
  readonly value: string | null;
  /** The lifetime in seconds. */
  readonly maxAgeSeconds: number;
}

/** Browsers store at most 4,096 bytes for each cookie, including its name and attributes (RFC 6265 §6.1). */
const CHUNK_CHARACTERS = 3_800;
/**
 * The maximum length of a value. Node refuses requests with more than 16 KiB of headers (431). This leaves 6 KiB for the cookies of sign-ins
 * in progress and for all other headers.
 */
const MAX_CHARACTERS = 10_000;
const MAX_CHUNKS = Math.ceil((MAX_CHARACTERS + 2) / CHUNK_CHARACTERS);

/** Parses a `Cookie` header (RFC 6265 §4.2.1). The first of several cookies with the same name counts. */
export function parseCookies(header: string | null | undefined): CookieMap {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    const name = trimmed(part.slice(0, Math.max(at, 0)));
    if (name !== '' && !cookies.has(name)) cookies.set(name, trimmed(part.slice(at + 1)));
  }
  return cookies;
}

/** Removes spaces and tabs around a text. `trim` would also remove U+00A0, and so make a name begin with `__Host-` that did not. */
const trimmed = (text: string): string => text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');

/** Returns a `Set-Cookie` line. The cookie is out of reach of scripts, other sites' forms and, with `isSecure`, of plain http. */
export function setCookieLine({ name, value, maxAgeSeconds }: CookieChange, isSecure: boolean): string {
  const age = value === null ? 0 : Math.max(0, Math.floor(maxAgeSeconds));
  return `${name}=${value ?? ''}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${age}${isSecure ? '; Secure' : ''}`;
}

/** Returns the `Cookie` header that the browser will send after it has applied the changes. */
export function cookieHeaderAfter(cookies: CookieMap, changes: readonly CookieChange[]): string {
  const next = new Map(cookies);
  for (const { name, value } of changes) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return [...next].map(([name, value]) => `${name}=${value}`).join('; ');
}

/**
 * Joins the chunks `<name>.0`, `<name>.1`, … The first chunk begins with their number, so that a stale chunk is never part of the value.
 * @returns `null` if there is no such cookie or a chunk is missing.
 */
export function joinChunks(cookies: CookieMap, name: string): string | null {
  const [, count = '', first = ''] = /^([1-9])~(.*)$/.exec(cookies.get(`${name}.0`) ?? '') ?? [];
  if (count === '' || Number(count) > MAX_CHUNKS) return null;
  const rest = Array.from({ length: Number(count) - 1 }, (_, at) => cookies.get(`${name}.${at + 1}`));
  return rest.includes(undefined) ? null : first + rest.join('');
}

/**
 * Splits a value into chunks that browsers store, and deletes the chunks of an earlier, longer value.
 * Errors: `ConfigurationError` if the value has more than 10,000 characters.
 */
export function splitChunks(
  cookies: CookieMap,
  name: string,
  value: string,
  maxAgeSeconds: number,
): readonly CookieChange[] {
  if (value.length > MAX_CHARACTERS) {
    throw new ConfigurationError(`The session needs more than ${MAX_CHARACTERS} bytes: request fewer scopes.`);
  }
  const count = Math.ceil((value.length + 2) / CHUNK_CHARACTERS);
  const text = `${count}~${value}`;
  const chunks = Array.from({ length: count }, (_, at) => ({
    name: `${name}.${at}`,
    value: text.slice(at * CHUNK_CHARACTERS, (at + 1) * CHUNK_CHARACTERS),
    maxAgeSeconds,
  }));
  const kept = new Set(chunks.map((chunk) => chunk.name));
  return [...chunks, ...deleteChunks(cookies, name).filter((chunk) => !kept.has(chunk.name))];
}

/** Deletes all chunks of a value that the browser sent. */
export function deleteChunks(cookies: CookieMap, name: string): readonly CookieChange[] {
  const own = [...cookies.keys()].filter(
    (key) => key.startsWith(`${name}.`) && /^\d+$/.test(key.slice(name.length + 1)),
  );
  return own.map((key) => ({ name: key, value: null, maxAgeSeconds: 0 }));
}
