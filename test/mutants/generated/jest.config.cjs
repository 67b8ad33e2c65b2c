const areas = require('./areas.cjs');
const { moduleNameMapper, moduleFileExtensions, transform } = require('../../../jest.config.cjs');

/** The specs of all areas. Which of them are run for a mutant is Stryker's choice. */
module.exports = {
  rootDir: '../../..',
  testEnvironment: require.resolve('./environment.cjs'),
  runtime: '<rootDir>/test/support/shared-modules.cjs',
  testMatch: areas.flatMap(({ specs }) => specs.map((glob) => `<rootDir>/${glob}`)),
  moduleNameMapper,
  moduleFileExtensions,
  transform,
};
