// A package of Jest. Its version depends on Jest's version, so it is not one of our dependencies.
const fromJest = { paths: [require.resolve('jest')] };
const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', fromJest));

/** Types of test files, longest first, with the approximate number of seconds that a file takes. */
const KINDS = { '.e2e-spec.ts': 30, '.int-spec.ts': 8, '.spec.ts': 0.7 };

const kindOf = ({ path }) => Object.keys(KINDS).findIndex((ending) => path.endsWith(ending));
/** The part of a run within which all waiting files have started, so that only short files run at its end. */
const BEGUN_WITHIN = 0.85;

/**
 * Runs long test files first, so that the workers end at about the same time. Jest knows how long each file took on
 * this machine. On a new machine, it sorts them by size, although files that start an installation are often small. Such files mostly wait
 * for other processes, so the other files run in between: together they keep all processors busy.
 */
class LongestFirst extends Sequencer {
  /** The test files of this run, for the global setup, which runs later. */
  static chosen = [];

  sort(tests) {
    LongestFirst.chosen = tests;
    const sorted = super.sort(tests);
    const isFresh = sorted.every(({ duration }) => duration === undefined);
    const ordered = isFresh ? sorted.toSorted((a, b) => kindOf(a) - kindOf(b)) : sorted;
    const waiting = placed(ordered.filter((test) => kindOf(test) === 0));
    const working = placed(ordered.filter((test) => kindOf(test) !== 0));
    const all = [...waiting.map(({ test, at }) => ({ test, at: at * BEGUN_WITHIN })), ...working];
    return all.sort((a, b) => a.at - b.at).map(({ test }) => test);
  }
}

/** Returns each test file with the share of the work that comes before it. */
function placed(tests) {
  const seconds = tests.map((test) => test.duration / 1_000 || Object.values(KINDS)[kindOf(test)]);
  const total = seconds.reduce((sum, each) => sum + each, 0);
  let before = 0;
  return tests.map((test, index) => {
    const at = before / total;
    before += seconds[index];
    return { test, at };
  });
}

module.exports = LongestFirst;
