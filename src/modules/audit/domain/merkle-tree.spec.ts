import fc from 'fast-check';
import { EMPTY_ROOT, GrowingTree, HASH_BYTES, leafHash, nodeHash, splitHashes } from './merkle-tree';

const leaves = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`${index}`)));

/** Computes the root as RFC 9162 §2.1.1 defines it. */
function root(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return EMPTY_ROOT;
  const [first] = hashes;
  if (hashes.length === 1 && first) return first;
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  return nodeHash(root(hashes.slice(0, half)), root(hashes.slice(half)));
}

describe('a growing Merkle tree', () => {
  it('has the reference roots of Certificate Transparency', () => {
    // The reference roots of 1 and 2 leaves, from the tests of google/certificate-transparency: leaves "" and 0x00.
    const tree = GrowingTree.empty();
    expect(tree.root().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    tree.append(leafHash(Buffer.alloc(0)));
    expect(tree.root().toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    tree.append(leafHash(Buffer.of(0)));
    expect(tree.root().toString('hex')).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  });

  it('has the root that RFC 9162 defines at every size, even if continued from its frontier', () => {
    const all = leaves(130);
    let tree = GrowingTree.empty();
    all.forEach((leaf, index) => {
      tree = GrowingTree.continue(index, tree.frontier);
      tree.append(leaf);
      expect(tree.root()).toEqual(root(all.slice(0, index + 1)));
    });
  });

  it('returns each complete subtree once, with its last leaf', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 20 }), (level, index) => {
        const all = leaves((index + 1) * 2 ** level);
        const tree = GrowingTree.empty();
        const made = all.map((leaf) => tree.append(leaf));
        expect(made.at(-1)?.[level]).toEqual(root(all.slice(index * 2 ** level)));
      }),
      { numRuns: 50 },
    );
  });

  it('cannot be continued from a frontier of a different size', () => {
    expect(() => GrowingTree.continue(3, Buffer.alloc(HASH_BYTES))).toThrow(RangeError);
    expect(() => GrowingTree.continue(1, Buffer.alloc(HASH_BYTES - 1))).toThrow(RangeError);
  });
});

describe('concatenated hashes', () => {
  it('are split into single hashes', () => {
    const [first, second] = [Buffer.alloc(HASH_BYTES, 1), Buffer.alloc(HASH_BYTES, 2)];
    expect(splitHashes(Buffer.concat([first, second]))).toEqual([first, second]);
    expect(splitHashes(Buffer.alloc(0))).toEqual([]);
  });

  it.each([1, HASH_BYTES - 1, HASH_BYTES + 1])('cannot have a length of %d bytes', (length) => {
    expect(() => splitHashes(Buffer.alloc(length))).toThrow(RangeError);
  });
});
