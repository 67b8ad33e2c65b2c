import { mkdir, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { AuditRecord } from '../audit/contract/audit-query.types';

/** A file is not continued beyond this size. */
const ROTATE_BYTES = 64 * 1024 * 1024;
/** Longer than any record's line. */
const TAIL_BYTES = 2 * 1024 * 1024;
const FILE = /^\d{15}\.jsonl$/;

/** Appends records to files named after their first sequence; each call is on disk when it resolves. */
export class SinkFile {
  constructor(private readonly folder: string) {}

  /**
   * Sequence of the last record that is there whole; -1 for none. A line that a crash cut off is taken away, so that what
   * is written next is not torn.
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

  async append(records: readonly AuditRecord[]): Promise<void> {
    const [first] = records;
    if (!first) return;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const newest = await this.newest();
    const isFull = newest !== null && (await stat(newest)).size >= ROTATE_BYTES;
    const fresh = path.join(this.folder, `${String(first.sequenceId).padStart(15, '0')}.jsonl`);
    const handle = await open(newest === null || isFull ? fresh : newest, 'a', 0o600);
    try {
      await handle.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      await handle.sync();
    } finally {
      await handle.close();
    }
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
