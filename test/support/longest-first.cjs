// Jest's own, which depends on its version: no package of ours.
const fromJest = { paths: [require.resolve('jest')] };
const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', fromJest));

/** Kinds of test files, the longest first. */
const KINDS = ['.e2e-spec.ts', '.int-spec.ts', '.spec.ts'];

const kindOf = ({ path }) => KINDS.findIndex((ending) => path.endsWith(ending));

/**
 * What takes long comes first, so that the workers end at about the same time. Jest knows how long each file took on this
 * machine; on a fresh one it goes by size, and the files that start an installation are often small.
 */
class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isFresh = sorted.every(({ duration }) => duration === undefined);
    return isFresh ? sorted.toSorted((a, b) => kindOf(a) - kindOf(b)) : sorted;
  }
}

module.exports = LongestFirst;
