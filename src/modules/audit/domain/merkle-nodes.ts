import { nodeHash } from './merkle-tree';

/** A complete subtree: 2^`level` leaves, starting at leaf `index` · 2^`level`. */
export interface NodeName {
  readonly level: number;
  readonly index: number;
}

/**
 * An element of a proof: the root over a range of leaves, represented by the complete subtrees that form it, largest first. It has more
 * than one subtree only at the right edge of a tree.
 */
export type ProofElement = readonly NodeName[];

/** Returns the inclusion proof for leaf `index` in the tree with `size` leaves, from the leaf up (RFC 9162 §2.1.3.1). */
export function inclusionPath(index: number, size: number): readonly ProofElement[] {
  return path(index, 0, size);
}

/** Returns the proof that the tree with `size` leaves continues the tree with `from` leaves; 0 < `from` ≤ `size` (RFC 9162 §2.1.4.1). */
export function consistencyPath(from: number, size: number): readonly ProofElement[] {
  return subproof(from, 0, size, true);
}

/** Returns the complete subtrees over the leaves from `begin` up to `end` in a tree, left to right. */
export function subtreesOver(begin: number, end: number): readonly NodeName[] {
  const names: NodeName[] = [];
  for (let at = begin; at < end;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++;
    names.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return names;
}

/** Returns the hash of an element from the hashes of its subtrees. There must be at least one subtree. */
export function foldElement(hashes: readonly Buffer[]): Buffer {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

function path(index: number, begin: number, end: number): ProofElement[] {
  if (end - begin <= 1) return [];
  const middle = begin + split(end - begin);
  return index < middle
    ? [...path(index, begin, middle), subtreesOver(middle, end)]
    : [...path(index, middle, end), subtreesOver(begin, middle)];
}

function subproof(from: number, begin: number, end: number, isWhole: boolean): ProofElement[] {
  if (from === end) return isWhole ? [] : [subtreesOver(begin, end)];
  const middle = begin + split(end - begin);
  return from <= middle
    ? [...subproof(from, begin, middle, isWhole), subtreesOver(middle, end)]
    : [...subproof(from, middle, end, false), subtreesOver(begin, middle)];
}

/** Returns the largest power of two below `count`, which must be above 1. */
function split(count: number): number {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}
