import type { FileHandle } from 'node:fs/promises';

/** Written at once: a write costs a turn through the thread pool, whatever its size. */
const BATCH_BYTES = 1024 * 1024;
/** Bytes that can be written but not yet synced: the last sync has to wait for them. */
const UNSYNCED_BYTES = 64 * 1024 * 1024;

/** Writes a stream to a file while more of it comes in: two batches at most are in memory. */
export class DiskWriter {
  private batch: Buffer[] = [];
  private batchBytes = 0;
  private writing: Promise<void> = Promise.resolve();
  private syncing: Promise<void> = Promise.resolve();
  private unsynced = 0;
  private written = 0;

  constructor(private readonly file: FileHandle) {}

  /** @returns how many bytes there were, once they are durable. */
  async write(bytes: AsyncIterable<Buffer>): Promise<number> {
    try {
      for await (const chunk of bytes) {
        this.batch.push(chunk);
        this.batchBytes += chunk.length;
        if (this.batchBytes >= BATCH_BYTES) await this.flush();
      }
      await this.flush();
      await this.writing;
    } finally {
      // Nobody may close the file under them.
      await Promise.allSettled([this.writing, this.syncing]);
    }
    await this.file.sync();
    return this.written;
  }

  /** Begins to write the batch, once the one before is written. */
  private async flush(): Promise<void> {
    const { batch, batchBytes } = this;
    this.batch = [];
    this.batchBytes = 0;
    await this.writing;
    if (this.unsynced >= UNSYNCED_BYTES) await this.beginSync();
    const position = this.written;
    this.written += batchBytes;
    this.unsynced += batchBytes;
    this.writing = this.writeAll(batch, position);
    // It is awaited later; meanwhile its failure is no unhandled one.
    this.writing.catch(() => undefined);
  }

  private async beginSync(): Promise<void> {
    await this.syncing;
    this.unsynced = 0;
    this.syncing = this.file.datasync();
    this.syncing.catch(() => undefined);
  }

  private async writeAll(batch: readonly Buffer[], position: number): Promise<void> {
    if (batch.length === 0) return;
    const total = batch.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await this.file.writev([...batch], position);
    if (bytesWritten === total) return;
    // A full disk or a signal can leave a rest.
    const rest = Buffer.concat(batch).subarray(bytesWritten);
    for (let done = 0; done < rest.length;) {
      const written = await this.file.write(rest, done, rest.length - done, position + bytesWritten + done);
      done += written.bytesWritten;
    }
  }
}
