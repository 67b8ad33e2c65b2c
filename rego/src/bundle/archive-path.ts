import { Buffer } from 'node:buffer';
import { ArchiveError } from './gunzip.js';

/** Control characters, and the replacement character for bytes that were not UTF-8. */
const UNFIT = /[\u0000-\u001F\u007F\uFFFD]/;

/**
 * Returns the path of an entry below the bundle's root. OPA's own tools write `/data.json` and `tar` writes `./data.json` for `data.json`,
 * so one such prefix is removed. Nothing is ever written to disk under these names.
 * @param isFolder whether the entry is a folder, which can end with a slash and can be the root itself (the result is then empty).
 * @param maxLength in bytes of UTF-8.
 * Throws {@link ArchiveError} for a path that is not plainly below the root.
 */
export function archivePath(written: string, isFolder: boolean, maxLength: number): string {
  const refuse = (message: string): ArchiveError => new ArchiveError('path_invalid', message, printable(written));
  if (Buffer.byteLength(written) > maxLength) {
    throw refuse(`A path can have at most ${maxLength} bytes.`);
  }
  if (UNFIT.test(written) || !written.isWellFormed())
    throw refuse('A path contains a character that file names must not contain.');
  if (written.includes('\\')) throw refuse('Folders in a path are separated by "/".');
  const below = written.replace(/^(?:\.?\/)/, '');
  const path = isFolder ? below.replace(/\/$/, '') : below;
  if (isFolder && (path === '' || path === '.')) return '';
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') {
      throw refuse('A path must not contain an empty segment, "." or "..".');
    }
  }
  return path;
}

/** Returns a path that is suitable for responses and logs: short, and without control characters. */
function printable(path: string): string {
  return path.slice(0, 300).replace(/[\u0000-\u001F\u007F]/g, '\uFFFD');
}
