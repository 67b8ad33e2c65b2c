const { tmpdir, userInfo } = require('node:os');
const { join } = require('node:path');
const swcOptions = require('./scripts/swc-options.cjs');

// What is compiled is kept by these two. A test that runs Jest in a copy of this checkout hands them on by its environment,
// so that what has been compiled here need not be there.
const id = (process.env.JEST_CACHE_OF ??= __dirname);
const cacheDirectory = (process.env.JEST_CACHE ??= join(tmpdir(), `jest_coresdk_${userInfo().uid}`));

/** @type {import('jest').Config} */
module.exports = {
  id,
  cacheDirectory,
  testEnvironment: '<rootDir>/test/support/process-environment.cjs',
  runtime: '<rootDir>/test/support/shared-modules.cjs',
  roots: [
    '<rootDir>/src',
    '<rootDir>/rego/src',
    '<rootDir>/test',
    '<rootDir>/rego/test',
    '<rootDir>/sdk/test',
    '<rootDir>/sdk-react/test',
  ],
  testMatch: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Tests of the React package run without a build of the SDK.
    '^@cpod/sdk/browser$': '<rootDir>/sdk/src/browser.ts',
  },
  transform: {
    '^.+\\.ts$': ['<rootDir>/test/support/swc-transformer.cjs', { ...swcOptions, module: { type: 'commonjs' } }],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/held-answers.ts'],
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  // Most of a test of real processes is waiting for them: two on two cores leave a sixth of the time idle.
  maxWorkers: 3,
  // What a test file leaves in its worker adds up, until looking through it costs more than the tests: a new worker begins.
  workerIdleMemoryLimit: '1.4GB',
  // A guard against what hangs, not a bound: a busy machine may take ten times as long as a quiet one.
  testTimeout: 600_000,
};
