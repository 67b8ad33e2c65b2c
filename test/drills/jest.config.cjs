const { tmpdir } = require('node:os');
const common = require('../../jest.config.cjs');

// Drills store more data than fits in memory.
process.env.TMPDIR ??= tmpdir();

/** Drills run sequentially without a time limit: each one puts as much load on the machine as it can. */
module.exports = {
  ...common,
  rootDir: '../..',
  roots: ['<rootDir>/test/drills'],
  testMatch: ['**/*.drill-spec.ts'],
  maxWorkers: 1,
  // Drills run without the response checks of other tests.
  setupFilesAfterEnv: [],
  testTimeout: 3_600_000,
};
