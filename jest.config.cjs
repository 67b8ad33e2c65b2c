const { tmpdir, userInfo } = require('node:os');
const { join } = require('node:path');

// ESM-only packages of node_modules that must be compiled for Jest's CommonJS runtime.
const esmPackages = [
  '@nestjs',
  'file-type',
  '@tus',
  'srvx',
  'cookie-es',
  'load-esm',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'jose',
  'oauth4webapi',
  'openid-client',
  'oidc-provider',
  'eta',
  'nanoid',
  'quick-lru',
  'raw-body',
  're2js',
];

// What is compiled is kept by these two. A test that runs Jest in a copy of this checkout hands them on by its environment,
// so that what has been compiled here need not be there.
const id = (process.env.JEST_CACHE_OF ??= __dirname);
const cacheDirectory = (process.env.JEST_CACHE ??= join(tmpdir(), `jest_coresdk_${userInfo().uid}`));

/** @type {import('jest').Config} */
module.exports = {
  id,
  cacheDirectory,
  testEnvironment: 'node',
  runtime: '<rootDir>/test/support/compile-once.cjs',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/sdk/test'],
  testMatch: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^file-type$': '<rootDir>/node_modules/file-type/source/index.js' },
  transform: {
    '^.+\\.(ts|m?js)$': [
      '<rootDir>/test/support/swc-transformer.cjs',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})(/|$))`],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/held-answers.ts'],
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  // Most of a test of real processes is waiting for them: two on two cores leave a sixth of the time idle.
  maxWorkers: 3,
  // What a test file leaves in its worker adds up, until looking through it costs more than the tests: a new worker begins.
  workerIdleMemoryLimit: '1.4GB',
  testTimeout: 30_000,
};
