const areas = require('./areas.cjs');
const { moduleNameMapper, moduleFileExtensions, transform } = require('../../../jest.config.cjs');

/** Unit specs, each in a realm of its own as Stryker needs it: code that runs when a module is loaded is mutated, too. */
module.exports = {
  rootDir: '../../..',
  testEnvironment: 'node',
  testMatch: areas.map(({ specs }) => `<rootDir>/${specs}/**/*.spec.ts`),
  moduleNameMapper,
  moduleFileExtensions,
  transform,
};
