const { tmpdir } = require('node:os');
const common = require('../../jest.config.cjs');

// They fill more than memory takes.
process.env.TMPDIR ??= tmpdir();

/** Drills run one after the other, as long as they take: each loads the machine as much as it can. */
module.exports = {
  ...common,
  rootDir: '../..',
  roots: ['<rootDir>/test/drills'],
  testMatch: ['**/*.drill-spec.ts'],
  maxWorkers: 1,
  // Once is what a drill is about.
  setupFilesAfterEnv: [],
  testTimeout: 3_600_000,
};
