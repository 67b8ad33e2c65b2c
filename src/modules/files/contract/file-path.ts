import { AppError } from '../../../kernel/errors/app-error';

/** Maximum length of a path, in UTF-8 bytes. */
export const MAX_PATH_BYTES = 1_024;
/** Maximum length of one name in a path, in UTF-8 bytes, as in file systems and archives. */
const MAX_NAME_BYTES = 255;
const MAX_DEPTH = 64;

/** Control characters, characters that change the text direction, and code points that are not characters (Unicode §23.7). */
const UNFIT =
  /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]|\p{Noncharacter_Code_Point}/u;

/** Returns the reason why a path is invalid; `null` for a valid path. Names are separated by `/`, without a `/` at the start or end. */
export function pathFault(path: string): string | null {
  if (path === '') return 'must not be empty';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `must have at most ${MAX_PATH_BYTES} bytes in UTF-8`;
  const fault = textFault(path);
  if (fault !== null) return fault;
  const names = path.split('/');
  if (names.length > MAX_DEPTH) return `must have at most ${MAX_DEPTH} names`;
  for (const name of names) {
    if (name === '') return 'must not start or end with "/", or contain "//"';
    if (name === '.' || name === '..') return 'must not have "." or ".." as a name';
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `must have names of at most ${MAX_NAME_BYTES} bytes in UTF-8`;
  }
  return null;
}

/** Returns the reason why a string cannot be the start of a path; `null` if it can, and for the empty string. */
export function prefixFault(prefix: string): string | null {
  if (Buffer.byteLength(prefix) > MAX_PATH_BYTES) return `must have at most ${MAX_PATH_BYTES} bytes in UTF-8`;
  const fault = textFault(prefix);
  if (fault !== null) return fault;
  const names = prefix.split('/');
  const whole = names.slice(0, -1);
  return whole.some((name) => name === '' || name === '.' || name === '..')
    ? 'must not start with "/", or have an empty name, "." or ".."'
    : null;
}

function textFault(text: string): string | null {
  if (!text.isWellFormed() || UNFIT.test(text))
    return 'must not have control characters or code points that are not characters';
  // Two names must not look the same, and some systems display `\` and `/` alike.
  if (text.includes('\\')) return 'must not have "\\"; names are separated by "/"';
  if (text.normalize('NFC') !== text) return 'must be in Unicode normalization form NFC';
  return null;
}

/**
 * Returns the path in a request target, after `mount` (which has no percent signs). Each name is decoded separately: `%2F` within a name is
 * rejected rather than treated as a separator, and `%2e%2e` is the name `..`.
 * Errors: `invalid_request` for an invalid path.
 */
export function pathInUrl(target: string, mount: string): string {
  const query = target.indexOf('?');
  const encoded = (query === -1 ? target : target.slice(0, query)).slice(mount.length);
  const names = encoded.split('/').map(decoded);
  if (names.some((name) => name.includes('/'))) throw invalidPath('must not have "/" within a name');
  const path = names.join('/');
  const fault = pathFault(path);
  if (fault !== null) throw invalidPath(fault);
  return path;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw invalidPath('must be percent-encoded UTF-8');
  }
}

/** Returns the error for an invalid path. */
function invalidPath(fault: string): AppError {
  return new AppError('invalid_request', `The file path ${fault}.`);
}

/** Returns the URL path of a file, with every name percent-encoded separately. */
export function pathToUrl(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
