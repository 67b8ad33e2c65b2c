import fc from 'fast-check';
import { consistencyPath, foldElement, inclusionPath, type ProofElement, subtreesOver } from './merkle-nodes';
import { EMPTY_ROOT, GrowingTree, leafHash } from './merkle-tree';
import { verifyConsistency, verifyInclusion } from './verify-proof';

const MAX = 70;
const leaves = Array.from({ length: MAX }, (_, index) => leafHash(Buffer.from(`${index}`)));
const rows = ((): (readonly Buffer[])[] => {
  const tree = GrowingTree.empty();
  return leaves.map((leaf) => tree.append(leaf));
})();

const roots = ((): readonly Buffer[] => {
  const tree = GrowingTree.empty();
  return [tree.root(), ...leaves.map((leaf) => (tree.append(leaf), tree.root()))];
})();
const rootOf = (size: number): Buffer => roots[size] ?? EMPTY_ROOT;

/** Builds the hashes of a proof in the same way as the store, which keeps each node in the row of its last leaf. */
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

const leafAt = (index: number): Buffer => leaves[index] ?? Buffer.alloc(0);

const sizes = fc.integer({ min: 1, max: MAX });

describe('proofs from stored nodes', () => {
  it('prove that each leaf is in each tree, with at most as many hashes as the tree has levels', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, anyIndex) => {
        const index = anyIndex % size;
        const proof = proofOf(inclusionPath(index, size));
        const claim = { index, size, leaf: leafAt(index), root: rootOf(size), proof };
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: leafHash(Buffer.from('another')) })).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false);
      }),
    );
  });

  it('prove that each tree continues each smaller tree, and only that tree', () => {
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

  it('do not prove a leaf beyond the end of the tree, or an inner node as a leaf', () => {
    const only = { size: 1, leaf: rootOf(1), root: rootOf(1), proof: [] };
    expect([0, 1].map((index) => verifyInclusion({ ...only, index }))).toEqual([true, false]);
    expect(verifyInclusion({ index: 0, size: 2, leaf: rootOf(2), root: rootOf(2), proof: [] })).toBe(false);
  });

  it('do not prove a continuation of the empty tree', () => {
    const claim = { from: 0, to: 2, fromRoot: rootOf(0), toRoot: rootOf(2), proof: [] };
    expect(verifyConsistency(claim)).toBe(false);
    expect(verifyConsistency({ ...claim, to: 0, toRoot: rootOf(0) })).toBe(true);
  });

  it('fail when a hash lacks its last byte', () => {
    const cut = (hash: Buffer): Buffer => hash.subarray(0, -1);
    const inclusion = { index: 0, size: 2, leaf: leafAt(0), root: rootOf(2), proof: proofOf(inclusionPath(0, 2)) };
    const consistency = {
      from: 1,
      to: 2,
      fromRoot: rootOf(1),
      toRoot: rootOf(2),
      proof: proofOf(consistencyPath(1, 2)),
    };
    const single = { index: 0, size: 1, leaf: cut(leafAt(0)), root: cut(leafAt(0)), proof: [] };
    // Runs after a valid proof, whose remaining bytes must not replace the missing byte.
    expect([verifyInclusion(inclusion), verifyInclusion({ ...inclusion, proof: inclusion.proof.map(cut) })]).toEqual([
      true,
      false,
    ]);
    expect([
      verifyConsistency(consistency),
      verifyConsistency({ ...consistency, proof: consistency.proof.map(cut) }),
    ]).toEqual([true, false]);
    expect(verifyInclusion(single)).toBe(false);
  });

  it.each([-1, 0.5, 1.5, Number.NaN, Infinity, 2 ** 53])('fail for the index or size %d', (number) => {
    const [leaf, root, proof] = [leafAt(0), rootOf(2), [leafAt(1)]];
    expect(verifyInclusion({ index: number, size: 1, leaf, root: leaf, proof: [] })).toBe(false);
    expect(verifyInclusion({ index: number, size: 2, leaf: leafAt(1), root, proof: [leaf] })).toBe(false);
    expect(verifyInclusion({ index: 0, size: number, leaf, root, proof })).toBe(false);
    expect(verifyConsistency({ from: 1, to: number, fromRoot: leaf, toRoot: root, proof })).toBe(false);
    expect(verifyConsistency({ from: number, to: 2, fromRoot: leaf, toRoot: root, proof: [leaf, ...proof] })).toBe(
      false,
    );
    expect(verifyConsistency({ from: number, to: number, fromRoot: root, toRoot: root, proof: [] })).toBe(false);
  });

  it('fail for trees of other sizes', () => {
    for (const [index, size, otherIndex, otherSize] of [
      [1, 2, 0, 1],
      [7, 8, 3, 4],
      [7, 8, 7, 16],
    ] as const) {
      const claim = {
        index,
        size,
        leaf: leafAt(index),
        root: rootOf(size),
        proof: proofOf(inclusionPath(index, size)),
      };
      expect(verifyInclusion(claim)).toBe(true);
      expect(verifyInclusion({ ...claim, index: otherIndex, size: otherSize })).toBe(false);
    }
    for (const [from, to, otherFrom, otherTo] of [
      [7, 8, 3, 4],
      [4, 8, 4, 9],
      [4, 8, 4, 16],
    ] as const) {
      const roots = { fromRoot: rootOf(from), toRoot: rootOf(to), proof: proofOf(consistencyPath(from, to)) };
      expect(verifyConsistency({ ...roots, from, to })).toBe(true);
      expect(verifyConsistency({ ...roots, from: otherFrom, to: otherTo })).toBe(false);
    }
  });

  it('do not prove growth to the same or a smaller size, regardless of the root', () => {
    const root = rootOf(3);
    const claim = { fromRoot: root, toRoot: root, proof: [root] };
    expect(verifyConsistency({ ...claim, from: 3, to: 3, proof: [] })).toBe(true);
    expect(verifyConsistency({ ...claim, from: 3, to: 3 })).toBe(false);
    for (const to of [0, 1, 2]) expect(verifyConsistency({ ...claim, from: 3, to })).toBe(false);
  });

  it('do not prove growth without hashes', () => {
    for (let to = 2; to <= MAX; to++) {
      for (let from = 1; from < to; from++) {
        const claim = { from, to, fromRoot: rootOf(from), toRoot: rootOf(to), proof: [] };
        expect(verifyConsistency(claim)).toBe(false);
        expect(verifyConsistency({ ...claim, toRoot: claim.fromRoot })).toBe(false);
      }
    }
  });
});

describe('a tree extended by subtrees', () => {
  it('has the root of all its leaves, wherever it was split', () => {
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
