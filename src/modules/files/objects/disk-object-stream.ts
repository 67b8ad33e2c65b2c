import type { FileHandle } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import type { ByteRange } from '../domain/byte-range';

/** Bytes per read: large enough to need few round trips through the thread pool, and small enough to be allocated for each download. */
const READ_BYTES = 256 * 1024;

/**
 * Streams the bytes of a file, then closes it. When piped, it alternates between two reused buffers: with a new buffer for each chunk, most
 * of the download time was spent on garbage collection.
 */
export class DiskObjectStream extends Readable {
  private at: number;
  private readonly end: number;

  constructor(
    private readonly file: FileHandle,
    { start, end }: ByteRange,
  ) {
    super({ highWaterMark: READ_BYTES });
    this.at = start;
    this.end = end;
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    void this.pump(destination as unknown as Writable);
    return destination;
  }

  override _read(size: number): void {
    this.fill(Buffer.allocUnsafe(Math.min(size, Math.max(1, this.left)))).then(
      (bytes) => this.push(bytes),
      (error: unknown) => this.destroy(asError(error)),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.file.close().then(
      () => {
        callback(error);
      },
      (failed: unknown) => {
        callback(error ?? asError(failed));
      },
    );
  }

  private async pump(destination: Writable): Promise<void> {
    const [one, other] = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
    let writing: Promise<void> = Promise.resolve();
    try {
      for (let buffer = one; ; buffer = buffer === one ? other : one) {
        const bytes = await this.fill(buffer);
        // The other buffer is free once its bytes are written.
        await writing;
        if (bytes === null) break;
        writing = written(destination, bytes);
        writing.catch(() => undefined);
      }
      destination.end();
      this.destroy();
    } catch (error) {
      this.destroy(asError(error));
    }
  }

  private get left(): number {
    return this.end - this.at + 1;
  }

  /** Reads the next bytes into a buffer; returns `null` at the end of the file. */
  private async fill(buffer: Buffer): Promise<Buffer | null> {
    if (this.left <= 0) return null;
    const { bytesRead } = await this.file.read(buffer, 0, Math.min(buffer.length, this.left), this.at);
    if (bytesRead === 0) throw new Error('An object has fewer bytes than recorded.');
    this.at += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
}

function written(destination: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    destination.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('Failed to read a file.', { cause: thrown });
}
