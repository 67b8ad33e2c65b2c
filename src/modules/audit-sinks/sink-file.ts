import { mkdir, open, readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { AuditRecord } from '../audit/contract/audit-query.types';

/** Number of bytes that are read from the end of a file: more than the longest line that a record can have. */
const TAIL_BYTES = 2 * 1024 * 1024;
const FILE = /^\d{15}\.jsonl$/;

/** The limits on the disk usage of sinks. */
export interface SinkFileLimits {
  /** A file is not extended beyond this size. */
  readonly fileBytes: number;
  /** Maximum number of files for all sinks of the tenant, including removed sinks. */
  readonly maxFiles: number;
  /** Minimum free disk space for writes. */
  readonly minFreeBytes: number;
}

/** The limit that prevents further writes. */
export type SinkFileLimit = 'files' | 'disk';

/** Appends records to files that are named after the sequence of their first record; when a call resolves, its records are on disk. */
export class SinkFile {
  private readonly folder: string;

  /** @param tenantFolder the folder of the tenant, with a subfolder for each of its sinks. */
  constructor(
    private readonly tenantFolder: string,
    sinkId: string,
    private readonly limits: SinkFileLimits,
  ) {
    this.folder = path.join(tenantFolder, sinkId);
  }

  /**
   * Returns the sequence of the last complete record; -1 if there is no record. Removes an incomplete line that a crash left, so that the
   * next write starts on a new line.
   */
  async last(): Promise<number> {
    const file = await this.newest();
    if (file === null) return -1;
    const handle = await open(file, 'r+');
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, TAIL_BYTES);
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      const end = buffer.lastIndexOf(0x0a) + 1;
      await handle.truncate(size - length + end);
      const line = buffer.toString('utf8', buffer.lastIndexOf(0x0a, end - 2) + 1, end);
      if (line === '') return Number(path.basename(file, '.jsonl')) - 1;
      return (JSON.parse(line) as AuditRecord).sequenceId;
    } finally {
      await handle.close();
    }
  }

  /** @returns the number of leading records that are on disk, and the limit that stopped the write, or `null`. */
  async append(
    records: readonly AuditRecord[],
  ): Promise<{ readonly written: number; readonly limit: SinkFileLimit | null }> {
    if (records.length === 0) return { written: 0, limit: null };
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    let written = 0;
    while (written < records.length) {
      if (await this.isDiskFull()) return { written, limit: 'disk' };
      const part = await this.nextPart(records.slice(written));
      if (part === null) return { written, limit: 'files' };
      await write(part.file, part.lines);
      written += part.lines.length;
    }
    return { written, limit: null };
  }

  /** Returns the records that fit into the newest file or, if none fit, into a new file; `null` when no new file is allowed. */
  private async nextPart(
    records: readonly AuditRecord[],
  ): Promise<{ readonly file: string; readonly lines: readonly string[] } | null> {
    const newest = await this.newest();
    const room = newest === null ? 0 : this.limits.fileBytes - (await stat(newest)).size;
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    const fitting = linesWithin(lines, room);
    if (newest !== null && fitting.length > 0) return { file: newest, lines: fitting };
    if ((await this.files()) >= this.limits.maxFiles) return null;
    const name = `${String(records[0]?.sequenceId ?? 0).padStart(15, '0')}.jsonl`;
    const begun = linesWithin(lines, this.limits.fileBytes);
    // A record longer than the maximum size gets a separate file.
    return { file: path.join(this.folder, name), lines: begun.length > 0 ? begun : lines.slice(0, 1) };
  }

  private async isDiskFull(): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize < this.limits.minFreeBytes;
  }

  private async files(): Promise<number> {
    const names = await readdir(this.tenantFolder, { recursive: true });
    return names.filter((name) => FILE.test(path.basename(name))).length;
  }

  private async newest(): Promise<string | null> {
    const names = await readdir(this.folder).catch(() => []);
    const last = names
      .filter((name) => FILE.test(name))
      .sort()
      .at(-1);
    return last === undefined ? null : path.join(this.folder, last);
  }
}

/** Returns the leading lines with a total size of at most `bytes`. */
function linesWithin(lines: readonly string[], bytes: number): readonly string[] {
  let left = bytes;
  const end = lines.findIndex((line) => (left -= Buffer.byteLength(line)) < 0);
  return end < 0 ? lines : lines.slice(0, end);
}

async function write(file: string, lines: readonly string[]): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(lines.join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}
