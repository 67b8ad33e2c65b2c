import { sha256 } from '../../../kernel/ids/opaque-token';

/** Size of a node in bytes. */
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0);
const NODE = 1;

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

/** Returns the hash of a leaf: SHA-256 over 0x00 and its data (RFC 9162 §2.1.1). */
export function leafHash(data: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF, data]));
}

/** Returns the hash of an inner node: SHA-256 over 0x01 and its two children, 32 bytes each (RFC 9162 §2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

/** The root of a tree without leaves (RFC 9162 §2.1.1). */
export const EMPTY_ROOT: Buffer = sha256('');

/** A growing Merkle tree (RFC 9162). It stores only the roots of the complete subtrees, at most one per binary digit of its size. */
export class GrowingTree {
  private constructor(
    private leaves: number,
    private readonly subtrees: Buffer[],
  ) {}

  static empty(): GrowingTree {
    return new GrowingTree(0, []);
  }

  /**
   * Restores a tree from its {@link frontier}. Errors: `RangeError` when the number of hashes does not match the size.
   * @param frontier roots of the complete subtrees, largest first, 32 bytes each.
   */
  static continue(size: number, frontier: Buffer): GrowingTree {
    const subtrees = splitHashes(frontier);
    if (subtrees.length !== onesOf(size)) throw new RangeError(`The frontier does not match a tree of ${size} leaves.`);
    return new GrowingTree(size, subtrees);
  }

  get size(): number {
    return this.leaves;
  }

  /** Roots of the complete subtrees, largest first, 32 bytes each. */
  get frontier(): Buffer {
    return Buffer.concat(this.subtrees);
  }

  /** Adds a leaf. @returns its hash and the roots of the subtrees that it completes, smallest first. */
  append(leaf: Buffer): readonly Buffer[] {
    return this.appendSubtree(0, leaf);
  }

  /**
   * Adds a complete subtree of 2^`level` leaves. @returns its root and the roots of the subtrees that it completes.
   * Errors: `RangeError` when no subtree of this size can start here.
   */
  appendSubtree(level: number, subtree: Buffer): readonly Buffer[] {
    const leaves = 2 ** level;
    if (this.leaves % leaves !== 0) throw new RangeError(`No subtree of ${leaves} leaves starts at ${this.leaves}.`);
    const made = [subtree];
    let node = subtree;
    // For each trailing 1 bit in the number of such subtrees, the new node joins a subtree of the same size.
    for (let rest = this.leaves / leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = nodeHash(this.subtrees.pop() ?? EMPTY_ROOT, node);
      made.push(node);
    }
    this.subtrees.push(node);
    this.leaves += leaves;
    return made;
  }

  /** Returns the root (RFC 9162 §2.1.1). */
  root(): Buffer {
    let root: Buffer | null = null;
    for (const subtree of this.subtrees.toReversed()) root = root === null ? subtree : nodeHash(subtree, root);
    return root ?? EMPTY_ROOT;
  }
}

/** Splits concatenated 32-byte hashes. Errors: `RangeError` when the length is not a multiple of 32. */
export function splitHashes(bytes: Buffer): Buffer[] {
  if (bytes.length % HASH_BYTES !== 0) throw new RangeError('The length must be a multiple of 32 bytes.');
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, index) =>
    bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}

/** Returns the number of 1 bits in a size. */
function onesOf(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
