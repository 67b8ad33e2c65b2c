import { sha256 } from '../../../kernel/ids/opaque-token';

/** Bytes of a node. */
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0);
const NODE = 1;

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

/** RFC 9162 §2.1.1: the hash of a leaf, SHA-256 over 0x00 and its data. */
export function leafHash(data: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF, data]));
}

/** RFC 9162 §2.1.1: the hash of an inner node, SHA-256 over 0x01 and its two children, 32 bytes each. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

/** RFC 9162 §2.1.1: the root of a tree without leaves. */
export const EMPTY_ROOT: Buffer = sha256('');

/**
 * A Merkle tree of RFC 9162 that grows: of all its leaves it keeps the roots of the complete subtrees alone, at most one
 * per binary digit of its size.
 */
export class GrowingTree {
  private constructor(
    private leaves: number,
    private readonly subtrees: Buffer[],
  ) {}

  static empty(): GrowingTree {
    return new GrowingTree(0, []);
  }

  /**
   * A tree as {@link frontier} left it. Errors: `RangeError` when there are not as many hashes as a tree of this size has.
   * @param frontier roots of the complete subtrees, largest first, 32 bytes each.
   */
  static continue(size: number, frontier: Buffer): GrowingTree {
    const subtrees = splitHashes(frontier);
    if (subtrees.length !== onesOf(size)) throw new RangeError(`A tree of ${size} leaves has another frontier.`);
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
   * Adds a complete subtree of 2^`level` leaves. @returns its root and those of the subtrees that it completes.
   * Errors: `RangeError` where no subtree of this size can begin.
   */
  appendSubtree(level: number, subtree: Buffer): readonly Buffer[] {
    const leaves = 2 ** level;
    if (this.leaves % leaves !== 0) throw new RangeError(`No subtree of ${leaves} leaves begins at ${this.leaves}.`);
    const made = [subtree];
    let node = subtree;
    // Each trailing 1 of the count of such subtrees is one that this joins with another of the same size.
    for (let rest = this.leaves / leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = nodeHash(this.subtrees.pop() ?? EMPTY_ROOT, node);
      made.push(node);
    }
    this.subtrees.push(node);
    this.leaves += leaves;
    return made;
  }

  /** The root (RFC 9162 §2.1.1). */
  root(): Buffer {
    let root: Buffer | null = null;
    for (const subtree of this.subtrees.toReversed()) root = root === null ? subtree : nodeHash(subtree, root);
    return root ?? EMPTY_ROOT;
  }
}

/** 32-byte hashes that lie end to end. Errors: `RangeError` when the length is another. */
export function splitHashes(bytes: Buffer): Buffer[] {
  if (bytes.length % HASH_BYTES !== 0) throw new RangeError('Not a list of hashes of 32 bytes.');
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, index) =>
    bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}

/** The ones among the binary digits of a size. */
function onesOf(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
