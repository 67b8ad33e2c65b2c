import { timingSafeEqual } from 'node:crypto';
import type { Secret } from './secret';

/** Secrets are compared in multiples of this many bytes, so timing reveals their length only to that precision. */
const BLOCK_BYTES = 256;

/**
 * One of the installation's secrets, which is compared with the values that callers present. The comparison takes constant time: the time
 * depends on the presented string, never on how much of it is correct. The strings are padded rather than hashed, because a digest takes a
 * third as long as a small decision.
 */
export class ExpectedSecret {
  readonly #expected: Buffer;
  /** The length in UTF-16 code units, like the length of a string. */
  readonly #length: number;
  /** All zeros, except during a comparison. */
  readonly #presented: Buffer;

  constructor(secret: Secret) {
    const text = secret.reveal();
    const bytes = Buffer.from(text);
    this.#length = text.length;
    this.#expected = Buffer.alloc(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES);
    bytes.copy(this.#expected);
    this.#presented = Buffer.alloc(this.#expected.length);
  }

  /** Returns whether a presented string equals the secret. */
  equals(presented: string): boolean {
    const written = this.#presented.write(presented);
    const same = timingSafeEqual(this.#presented, this.#expected);
    this.#presented.fill(0, 0, written);
    // Longer strings are truncated, and trailing zeros are ignored: the length check catches both.
    return same && presented.length === this.#length;
  }
}
