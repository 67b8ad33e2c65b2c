const common = require('../../jest.config.cjs');

/** Drills run one after the other, as long as they take: each loads the machine as much as it can. */
module.exports = {
  ...common,
  rootDir: '../..',
  roots: ['<rootDir>/test/drills'],
  testMatch: ['**/*.drill-spec.ts'],
  maxWorkers: 1,
  testTimeout: 3_600_000,
};
