import { timingSafeEqual } from 'node:crypto';
import type { Secret } from './secret';

/** Secrets are compared over a multiple of so many bytes, which is all that the time could tell of their length. */
const BLOCK_BYTES = 256;

/**
 * A secret of the installation, to compare what callers present with. Constant time: it depends on what is presented, never
 * on how much of it is right. Padded rather than hashed: a digest is a third of all that a small decision costs.
 */
export class ExpectedSecret {
  readonly #expected: Buffer;
  /** UTF-16 units, as texts count them. */
  readonly #length: number;
  /** Zeros but for the time of a comparison. */
  readonly #presented: Buffer;

  constructor(secret: Secret) {
    const text = secret.reveal();
    const bytes = Buffer.from(text);
    this.#length = text.length;
    this.#expected = Buffer.alloc(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES);
    bytes.copy(this.#expected);
    this.#presented = Buffer.alloc(this.#expected.length);
  }

  /** Whether a presented text is the secret. */
  equals(presented: string): boolean {
    const written = this.#presented.write(presented);
    const same = timingSafeEqual(this.#presented, this.#expected);
    this.#presented.fill(0, 0, written);
    // What does not fit is cut, and zeros at an end are not seen: the length tells both.
    return same && presented.length === this.#length;
  }
}
