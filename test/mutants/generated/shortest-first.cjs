// Jest's own, which depends on its version: no package of ours.
const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', { paths: [require.resolve('jest')] }));

/** What takes long, the longest last. */
const LONG = ['/run-conformance.', '/hostile-policies.'];

const rankOf = ({ path }) => LONG.findIndex((part) => path.includes(part));

/** A test that takes long runs only if all others have passed. */
module.exports = class ShortestFirst extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1));
  }
};
