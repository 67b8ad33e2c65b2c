import { createHash } from 'node:crypto';

/**
 * A running SHA-256 over rows: of the digest so far and the digest of the next row's JSON text. An export and the
 * certificate of a deletion both carry it, so that the one can be held against the other.
 */
export class RowDigest {
  private digest: Buffer = Buffer.alloc(0);
  private count = 0;

  add(json: string): void {
    this.digest = createHash('sha256').update(this.digest).update(createHash('sha256').update(json).digest()).digest();
    this.count++;
  }

  get rows(): number {
    return this.count;
  }

  /** In hexadecimal; of nothing, when there was no row. */
  get sha256(): string {
    return this.count === 0 ? createHash('sha256').digest('hex') : this.digest.toString('hex');
  }
}
