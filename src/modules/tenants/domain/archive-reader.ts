import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type { TenantRow } from '../../../kernel/tenant-data/tenant-data';
import type { ArchiveKey } from './archive-key';
import {
  type ArchiveHeader,
  archiveHeader,
  type ArchiveManifest,
  archiveManifest,
  provenText,
  rowOf,
  sectionEnd,
  type SectionStart,
  sectionStart,
} from './archive-lines';

/** A row of an archive: parsed, and as JSON, which keeps every digit of its numbers. */
export interface ArchivedRow {
  readonly json: string;
  readonly row: TenantRow;
}

/** Receives the parts of an archive as they are read. */
export interface ArchiveVisitor {
  /** Receives the header. @returns the key of the archive; `null` if it is not sealed. */
  header(header: ArchiveHeader): Promise<ArchiveKey | null>;
  start(section: SectionStart): Promise<void>;
  row(table: string, row: ArchivedRow): Promise<void>;
  end(table: string): Promise<void>;
  /**
   * Checks the origin of a complete archive. Throws if no trusted key signed it.
   * @param text the proven string. @param isByPassphrase true if the archive's passphrase proves it.
   */
  proven(manifest: ArchiveManifest, text: string, isByPassphrase: boolean): void;
}

/**
 * Reads an archive from its first line to its manifest and passes the parts to a visitor. Resolves only if the archive is complete, which
 * means that its parts are in order, no content follows the manifest, and every hash is correct. The proof of the passphrase, if there is
 * one, must also be correct, and the visitor must trust the source. Errors: `unprocessable`, with a message that names the line.
 */
export async function readArchive(lines: AsyncIterable<Buffer>, visitor: ArchiveVisitor): Promise<ArchiveManifest> {
  const hash = createHash('sha256');
  const read: { table: string; rows: number; sha256: string }[] = [];
  let number = 0;
  let key: ArchiveKey | null = null;
  let open: { readonly table: string; rows: number } | null = null;
  let manifest: ArchiveManifest | null = null;
  for await (const bytes of lines) {
    number++;
    const line = textOf(bytes, number);
    if (manifest !== null) throw fault(number, 'unexpected content follows the manifest');
    if (number === 1) {
      key = await visitor.header(parsed(archiveHeader, line, number));
    } else if (open !== null && rowOf(line) !== null) {
      await visitor.row(open.table, rowIn(line, number));
      open.rows++;
    } else if (open !== null) {
      const { end, rows, sha256 } = parsed(sectionEnd, line, number);
      if (end !== open.table || rows !== open.rows) throw fault(number, `rows of ${open.table} are missing`);
      await visitor.end(end);
      read.push({ table: end, rows, sha256 });
      open = null;
    } else if (line.startsWith('{"table":')) {
      const section = parsed(sectionStart, line, number);
      if (read.some(({ table }) => table === section.table)) throw fault(number, `${section.table} appears twice`);
      await visitor.start(section);
      open = { table: section.table, rows: 0 };
    } else {
      manifest = parsed(archiveManifest, line, number);
      checkManifest(manifest, { read, sha256: hash.digest('hex'), key, number });
      visitor.proven(manifest, provenText(manifest), key !== null);
      continue;
    }
    hash.update(bytes).update('\n');
  }
  if (manifest === null) throw new AppError('unprocessable', 'The archive is cut off: it has no manifest.');
  return manifest;
}

interface Read {
  readonly read: readonly { table: string; rows: number; sha256: string }[];
  readonly sha256: string;
  readonly key: ArchiveKey | null;
  readonly number: number;
}

function checkManifest(manifest: ArchiveManifest, { read, sha256, key, number }: Read): void {
  if (JSON.stringify(manifest.manifest) !== JSON.stringify(read))
    throw fault(number, 'the manifest names different tables');
  if (manifest.sha256 !== sha256) throw fault(number, 'the hash of the archive does not match: it was changed');
  if (key === null) return;
  const expected = Buffer.from(key.mac(provenText(manifest)), 'hex');
  if (manifest.mac === null || !timingSafeEqual(Buffer.from(manifest.mac, 'hex'), expected)) {
    throw fault(number, 'it was sealed with a different passphrase, or changed without the passphrase');
  }
}

function rowIn(line: string, number: number): ArchivedRow {
  const json = rowOf(line) ?? '';
  const row = parsedJson(json, number);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw fault(number, 'a row is not an object');
  return { json, row: { ...row } };
}

function parsed<T extends z.ZodType>(schema: T, line: string, number: number): z.infer<T> {
  const checked = schema.safeParse(parsedJson(line, number));
  if (checked.success) return checked.data;
  throw fault(number, `it is not valid at /${checked.error.issues[0]?.path.join('/') ?? ''}`);
}

function parsedJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fault(number, 'it is not JSON');
  }
}

function textOf(bytes: Buffer, number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fault(number, 'it is not UTF-8');
  }
}

function fault(number: number, message: string): AppError {
  return new AppError('unprocessable', `The archive cannot be imported, line ${number}: ${message}.`);
}
