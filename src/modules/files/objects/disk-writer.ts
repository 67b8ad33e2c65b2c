import type { FileHandle } from 'node:fs/promises';

/** Bytes per write: each write costs a round trip through the thread pool, whatever its size. */
const BATCH_BYTES = 1024 * 1024;
/** Maximum number of written but unsynced bytes: the last sync waits for them. */
const UNSYNCED_BYTES = 64 * 1024 * 1024;

/** Writes a stream to a file while more bytes arrive. At most two batches are in memory. */
export class DiskWriter {
  private batch: Buffer[] = [];
  private batchBytes = 0;
  private writing: Promise<void> = Promise.resolve();
  private syncing: Promise<void> = Promise.resolve();
  private unsynced = 0;
  private written = 0;

  constructor(private readonly file: FileHandle) {}

  /**
   * Writes all bytes.
   * @returns the number of bytes, once they are durable.
   */
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
      // The file must not be closed while these operations run.
      await Promise.allSettled([this.writing, this.syncing]);
    }
    await this.file.sync();
    return this.written;
  }

  /** Starts to write the batch after the previous one has been written. */
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
    // The failure is handled when it is awaited later.
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
    // If the disk is full, or a signal interrupts the write, some bytes can remain unwritten.
    const rest = Buffer.concat(batch).subarray(bytesWritten);
    for (let done = 0; done < rest.length;) {
      const written = await this.file.write(rest, done, rest.length - done, position + bytesWritten + done);
      done += written.bytesWritten;
    }
  }
}
