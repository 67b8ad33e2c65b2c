/**
 * Splits a stream into parts. If the stream fails, the current part ends with the bytes received so far, so that they are stored. Reading
 * the next part then throws the error.
 */
export class PartSource {
  private readonly chunks: AsyncIterator<Buffer>;
  private waiting: Buffer | null = null;
  private isOver = false;
  private failure: Error | null = null;

  constructor(bytes: AsyncIterable<Buffer>) {
    this.chunks = bytes[Symbol.asyncIterator]();
  }

  /** Returns true if there are more bytes. Rejects with the stream's error. */
  async hasMore(): Promise<boolean> {
    if (this.waiting === null) await this.pull();
    if (this.waiting !== null) return true;
    if (this.failure !== null) throw this.failure;
    return false;
  }

  /** Yields the next `maxBytes` bytes, or fewer at the end. */
  async *part(maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
    let left = maxBytes;
    while (left > 0) {
      if (this.waiting === null) await this.pull();
      const { waiting } = this;
      if (waiting === null) return;
      const now = waiting.subarray(0, left);
      this.waiting = now.length < waiting.length ? waiting.subarray(now.length) : null;
      left -= now.length;
      yield now;
    }
  }

  private async pull(): Promise<void> {
    while (!this.isOver && this.waiting === null) {
      try {
        const next = await this.chunks.next();
        if (next.done === true) this.isOver = true;
        else if (next.value.length > 0) this.waiting = next.value;
      } catch (error) {
        this.failure = error instanceof Error ? error : new Error('The stream failed.', { cause: error });
        this.isOver = true;
      }
    }
  }
}
