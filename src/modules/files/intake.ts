import { createHash } from 'node:crypto';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { SNIFFED_BYTES } from './domain/content-type';

/** What is asked before bytes are taken. */
export interface IntakeLimits {
  /** Most bytes in all. */
  readonly maxBytes: number;
  /** Asked before each piece, with how many bytes there will be; rejects to refuse it. */
  readonly admit: (totalBytes: number) => Promise<void> | undefined;
}

/** Bytes on their way into the storage: counted, hashed, and their beginning kept, while they pass. */
export class Intake {
  private readonly hash = createHash('sha256');
  private readonly heads: Buffer[] = [];
  private headBytes = 0;
  private size = 0;

  constructor(private readonly limits: IntakeLimits) {}

  /** Errors: `payload_too_large`, and what `admit` rejects with. */
  async *through(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
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

  /** The first bytes, enough to tell what they are. */
  get head(): Buffer {
    return Buffer.concat(this.heads, this.headBytes);
  }

  /** Of everything that has passed; to be asked once. */
  digest(): Buffer {
    return this.hash.digest();
  }

  private keepHead(chunk: Buffer): void {
    // A copy: a part of a larger buffer would keep all of it.
    const head = Buffer.from(chunk.subarray(0, SNIFFED_BYTES - this.headBytes));
    this.heads.push(head);
    this.headBytes += head.length;
  }
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `A file here may have at most ${maxBytes} bytes.`);
}

/** The bytes of a call, until its caller is suspended or revoked. Errors: those of `revalidate`. */
export async function* whileAuthorized(
  { revalidate }: Pick<CallContext, 'revalidate'>,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of bytes) {
    revalidate?.();
    yield chunk;
  }
}
