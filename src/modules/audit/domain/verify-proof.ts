import { HASH_BYTES, nodeHash } from './merkle-tree';

export interface InclusionClaim {
  /** Index of the leaf, starting at 0. */
  readonly index: number;
  /** Number of leaves in the tree. */
  readonly size: number;
  readonly leaf: Buffer;
  readonly root: Buffer;
  /** Hashes from the leaf up. */
  readonly proof: readonly Buffer[];
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Buffer;
  readonly toRoot: Buffer;
  readonly proof: readonly Buffer[];
}

/** Returns true if a proof shows that a leaf is in a tree (RFC 9162 §2.1.3.2). */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let [fn, sn, r] = [index, size - 1, leaf];
  for (const p of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && r.equals(root);
}

/**
 * Returns true if a proof shows that one tree continues a smaller tree (RFC 9162 §2.1.4.2). For trees of the same size, equal roots are
 * sufficient, and the proof must be empty. It cannot be proven that a tree continues an empty tree.
 */
export function verifyConsistency({ from, to, fromRoot, toRoot, proof }: ConsistencyClaim): boolean {
  if (!isCount(from) || !isCount(to)) return false;
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (from === 0 || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
  // A tree whose size is a power of two is a node of the larger tree, so the proof does not repeat it. An empty proof is never valid: `sn`
  // is still above 0 at the end, since `to` is above `from`.
  const [first = fromRoot, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [first, first];
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr.equals(fromRoot) && sr.equals(toRoot);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(values: readonly Buffer[]): boolean {
  return values.every(({ length }) => length === HASH_BYTES);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}
