import { createHash } from 'node:crypto';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { SNIFFED_BYTES } from './domain/content-type';

/** The limits that are checked before bytes are accepted. */
export interface UploadStreamLimits {
  /** Maximum total number of bytes. */
  readonly maxBytes: number;
  /** Called before each chunk with the total that includes the chunk; rejects to refuse the chunk. */
  readonly admit: (totalBytes: number) => Promise<void> | undefined;
}

/** Counts and hashes bytes on their way to the storage, and keeps the first bytes. */
export class UploadStream {
  private readonly hash = createHash('sha256');
  private readonly heads: Buffer[] = [];
  private headBytes = 0;
  private size = 0;

  constructor(private readonly limits: UploadStreamLimits) {}

  /** Passes the bytes on. Errors: `payload_too_large`, and the rejections of `admit`. */
  async *pipe(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of bytes) {
      const total = this.size + chunk.length;
      if (total > this.limits.maxBytes) throw tooLarge(this.limits.maxBytes);
      const admitted = this.limits.admit(total);
      if (admitted !== undefined) await admitted;
      this.size = total;
      this.hash.update(chunk);
      if (this.headBytes < SNIFFED_BYTES) this.keepHead(chunk);
      yield chunk;
    }
  }

  get sizeBytes(): number {
    return this.size;
  }

  /** The first bytes, enough to detect the type. */
  get head(): Buffer {
    return Buffer.concat(this.heads, this.headBytes);
  }

  /** Returns the digest of all bytes so far. Call it once. */
  digest(): Buffer {
    return this.hash.digest();
  }

  private keepHead(chunk: Buffer): void {
    // A copy, because a slice of a larger buffer would keep the whole buffer in memory.
    const head = Buffer.from(chunk.subarray(0, SNIFFED_BYTES - this.headBytes));
    this.heads.push(head);
    this.headBytes += head.length;
  }
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `A file can have at most ${maxBytes} bytes.`);
}

/** Yields the bytes of a call until its caller is suspended or revoked. Errors: those of `revalidate`. */
export async function* whileAuthorized(
  { revalidate }: Pick<CallContext, 'revalidate'>,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of bytes) {
    revalidate?.();
    yield chunk;
  }
}
