import { subtreesOver } from './merkle-nodes';
import { GrowingTree, leafHash, splitHashes } from './merkle-tree';

describe('the complete subtrees over the first leaves of a tree', () => {
  it('form the frontier of the tree of these leaves: the smallest possible number of subtrees, each as large as possible', () => {
    const tree = GrowingTree.empty();
    const rows: (readonly Buffer[])[] = [];
    for (let size = 1; size <= 70; size++) {
      rows.push(tree.append(leafHash(Buffer.from(`${size}`))));
      const roots = subtreesOver(0, size).map(({ level, index }) => rows[(index + 1) * 2 ** level - 1]?.[level]);
      expect(roots).toEqual(splitHashes(tree.frontier));
    }
  });
});
