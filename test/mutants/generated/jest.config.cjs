const areas = require('./areas.cjs');
const { moduleNameMapper, moduleFileExtensions, transform } = require('../../../jest.config.cjs');

/** The specs of all areas. Stryker chooses which of them to run for a mutant. */
module.exports = {
  rootDir: '../../..',
  testEnvironment: require.resolve('./environment.cjs'),
  runtime: '<rootDir>/test/support/shared-modules.cjs',
  testMatch: areas.flatMap(({ specs }) => specs.map((glob) => `<rootDir>/${glob}`)),
  moduleNameMapper,
  moduleFileExtensions,
  transform,
};
