import type { Buffer } from 'node:buffer';
import { ArchiveError } from './gunzip.js';
import { archivePath } from './archive-path.js';

/** A file in a bundle. `path` is relative to the bundle's root, with `/` as the separator and without a leading `/`. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The limits for an archive. */
export interface ArchiveLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  /** In bytes of UTF-8. */
  readonly maxPathLength: number;
}

const BLOCK = 512;
/** A long name or a pax header takes a few hundred bytes; a larger one is an attack on memory. */
const MAX_META_BYTES = 64 * 1024;
/**
 * Allows for folders and headers in addition to files. Entries are counted, so an archive that consists only of entries is rejected early.
 */
const ENTRIES_PER_FILE = 4;

/** The meaning of an entry's type flag (POSIX.1-2017 pax, "ustar Interchange Format"). */
const KIND: Readonly<Record<string, 'file' | 'folder' | 'longName' | 'pax' | 'globalPax'>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '5': 'folder',
  L: 'longName',
  x: 'pax',
  g: 'globalPax',
};
const REFUSED: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
  K: 'a link with a long name',
  S: 'a sparse file',
};

/**
 * Returns the regular files of a tar archive (ustar, with pax and GNU long names), in archive order. Skips folders. Throws {@link
 * ArchiveError} for links, devices, paths that are not below the root, duplicate paths and a wrong checksum. Also throws it if the archive
 * ends in the middle of an entry, or if the files are too large or too numerous.
 */
export function readTar(tar: Buffer, { maxFiles, maxFileBytes, maxPathLength }: ArchiveLimits): BundleFile[] {
  const files = new Map<string, BundleFile>();
  let longName: string | null = null;
  let pax: ReadonlyMap<string, string> = new Map();
  let entries = 0;
  for (let offset = 0; ;) {
    const header = headerAt(tar, offset);
    if (header === null) return [...files.values()];
    if (++entries > ENTRIES_PER_FILE * maxFiles) throw tooMany(maxFiles);
    const { name, size, kind } = header;
    const actualSize = kind === 'file' ? paxSize(pax, size) : size;
    const start = offset + BLOCK;
    const end = start + actualSize;
    if (end > tar.length)
      throw new ArchiveError('archive_invalid', 'The archive is cut off in the middle of a file.', name);
    offset = start + Math.ceil(actualSize / BLOCK) * BLOCK;
    if (kind === 'longName' || kind === 'pax' || kind === 'globalPax') {
      if (actualSize > MAX_META_BYTES) throw new ArchiveError('limit_exceeded', 'The header of an entry is too large.');
      const content = tar.subarray(start, end);
      if (kind === 'longName') longName = untilNul(content);
      if (kind === 'pax') pax = readPaxRecords(content);
      continue;
    }
    const path = archivePath(pax.get('path') ?? longName ?? name, kind === 'folder', maxPathLength);
    longName = null;
    pax = new Map();
    if (kind === 'folder' || path === '') continue;
    if (files.has(path)) throw new ArchiveError('path_invalid', 'The archive contains this file twice.', path);
    if (actualSize > maxFileBytes) {
      throw new ArchiveError('limit_exceeded', `A file can have at most ${maxFileBytes} bytes.`, path);
    }
    files.set(path, { path, bytes: tar.subarray(start, end) });
    if (files.size > maxFiles) throw tooMany(maxFiles);
  }
}

interface Header {
  readonly name: string;
  readonly size: number;
  readonly kind: 'file' | 'folder' | 'longName' | 'pax' | 'globalPax';
}

/** Reads the header at an offset. Returns `null` at the end of the archive, which is a block of zeros. Some tools omit this block. */
function headerAt(tar: Buffer, offset: number): Header | null {
  if (offset === tar.length && offset > 0) return null;
  if (offset + BLOCK > tar.length)
    throw new ArchiveError('archive_invalid', 'This is not a tar archive, or it is cut off.');
  const block = tar.subarray(offset, offset + BLOCK);
  if (block.every((byte) => byte === 0)) return null;
  checkSum(block);
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? untilNul(block.subarray(345, 500)) : '';
  // GNU's own format stores times where ustar stores the prefix; it stores long names as separate entries.
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0';
  const own = untilNul(block.subarray(0, 100));
  const name = prefix === '' || isGnu ? own : `${prefix}/${own}`;
  const flag = block.toString('latin1', 156, 157);
  const kind = KIND[flag];
  if (kind === undefined) {
    const what = REFUSED[flag] ?? 'an entry of an unknown kind';
    throw new ArchiveError(
      'path_invalid',
      `The archive contains ${what}; a bundle can contain only files and folders.`,
      name,
    );
  }
  return { name, size: octal(block.subarray(124, 136), name), kind };
}

/** Verifies the checksum: the sum of a header's bytes, in which the bytes of the checksum field count as spaces. */
function checkSum(block: Buffer): void {
  let sum = 8 * 0x20;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  if (sum !== octal(block.subarray(148, 156), '')) {
    throw new ArchiveError('archive_invalid', 'This is not a tar archive, or it is damaged: a checksum is wrong.');
  }
}

/** Parses a number in octal digits. GNU's base-256 form is for files of 8 GiB and more, which no bundle contains. */
function octal(field: Buffer, file: string): number {
  const digits = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
  if (!/^[0-7]{1,12}$/.test(digits))
    throw new ArchiveError('archive_invalid', 'A number in the archive is invalid.', file);
  return Number.parseInt(digits, 8);
}

function paxSize(pax: ReadonlyMap<string, string>, size: number): number {
  const written = pax.get('size');
  if (written === undefined) return size;
  if (!/^\d{1,12}$/.test(written)) throw new ArchiveError('archive_invalid', 'A size in the archive is invalid.');
  return Number(written);
}

function untilNul(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

function tooMany(maxFiles: number): ArchiveError {
  return new ArchiveError('limit_exceeded', `A bundle can have at most ${maxFiles} files.`);
}

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Reads the records of a pax extended header: `<length> <name>=<value>\n`, where the length counts the entire record in bytes. A later
 * record replaces an earlier one with the same name. Throws {@link ArchiveError}.
 */
function readPaxRecords(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let offset = 0; offset < content.length;) {
    const space = content.indexOf(SPACE, offset);
    const digits = space === -1 ? '' : content.toString('latin1', offset, space);
    const length = /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : 0;
    const end = offset + length;
    if (end <= space + 1 || end > content.length || content[end - 1] !== NEWLINE) {
      throw new ArchiveError('archive_invalid', 'A pax header of the archive is damaged.');
    }
    const record = content.toString('utf8', space + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 1) throw new ArchiveError('archive_invalid', 'A pax header of the archive is damaged.');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    offset = end;
  }
  return records;
}
