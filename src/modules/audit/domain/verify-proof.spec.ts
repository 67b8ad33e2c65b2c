import fc from 'fast-check';
import { consistencyPath, foldElement, inclusionPath, type ProofElement, subtreesOver } from './merkle-nodes';
import { GrowingTree, leafHash } from './merkle-tree';
import { verifyConsistency, verifyInclusion } from './verify-proof';

const MAX = 70;
const leaves = Array.from({ length: MAX }, (_, index) => leafHash(Buffer.from(`${index}`)));
const rows = ((): (readonly Buffer[])[] => {
  const tree = GrowingTree.empty();
  return leaves.map((leaf) => tree.append(leaf));
})();

const rootOf = (size: number): Buffer => {
  const tree = GrowingTree.empty();
  for (const leaf of leaves.slice(0, size)) tree.append(leaf);
  return tree.root();
};

/** As the store does: each node lies in the row of its last leaf. */
const proofOf = (path: readonly ProofElement[]): Buffer[] =>
  path.map((element) =>
    foldElement(
      element.map(({ level, index }) => {
        const node = rows[(index + 1) * 2 ** level - 1]?.[level];
        if (!node) throw new Error('no such node');
        return node;
      }),
    ),
  );

const sizes = fc.integer({ min: 1, max: MAX });

describe('proofs from stored nodes', () => {
  it('show each leaf to be in each tree, in as many hashes as the tree is high', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, anyIndex) => {
        const index = anyIndex % size;
        const proof = proofOf(inclusionPath(index, size));
        const claim = { index, size, leaf: leaves[index] ?? Buffer.alloc(0), root: rootOf(size), proof };
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: leafHash(Buffer.from('another')) })).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false);
      }),
    );
  });

  it('show each tree to continue each smaller one, and no other', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (to, anyFrom) => {
        const from = 1 + (anyFrom % to);
        const proof = proofOf(consistencyPath(from, to));
        const claim = { from, to, fromRoot: rootOf(from), toRoot: rootOf(to), proof };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, fromRoot: leafHash(Buffer.from('another')) })).toBe(false);
        expect(verifyConsistency({ ...claim, toRoot: leafHash(Buffer.from('another')) })).toBe(false);
      }),
    );
  });

  it('show no leaf behind the end of the tree, and no inner node as a leaf', () => {
    const only = { size: 1, leaf: rootOf(1), root: rootOf(1), proof: [] };
    expect([0, 1].map((index) => verifyInclusion({ ...only, index }))).toEqual([true, false]);
    expect(verifyInclusion({ index: 0, size: 2, leaf: rootOf(2), root: rootOf(2), proof: [] })).toBe(false);
  });

  it('show no tree to continue the empty one, of which any would', () => {
    const claim = { from: 0, to: 2, fromRoot: rootOf(0), toRoot: rootOf(2), proof: [] };
    expect(verifyConsistency(claim)).toBe(false);
    expect(verifyConsistency({ ...claim, to: 0, toRoot: rootOf(0) })).toBe(true);
  });

  it('are refused when a node is not of 32 bytes', () => {
    const proof = [Buffer.alloc(31)];
    expect(verifyInclusion({ index: 0, size: 2, leaf: leaves[0] ?? Buffer.alloc(0), root: rootOf(2), proof })).toBe(
      false,
    );
  });
});

describe('a tree that is continued by subtrees', () => {
  it('has the root of all its leaves, wherever it was cut', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, anyCut) => {
        const cut = anyCut % size;
        const tree = GrowingTree.empty();
        for (const { level, index } of [...subtreesOver(0, cut), ...subtreesOver(cut, size)]) {
          tree.appendSubtree(level, rows[(index + 1) * 2 ** level - 1]?.[level] ?? Buffer.alloc(0));
        }
        expect(tree.root()).toEqual(rootOf(size));
      }),
    );
    expect(() => GrowingTree.continue(1, leaves[0] ?? Buffer.alloc(0)).appendSubtree(1, Buffer.alloc(32))).toThrow(
      RangeError,
    );
  });
});
