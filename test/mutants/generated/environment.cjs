const Module = require('node:module');
const path = require('node:path');
const ProcessEnvironment = require('../../support/process-environment.cjs');

const SOURCES = path.join(__dirname, '../../../src') + path.sep;

/** The mutant of the previous run, and whether a test has killed it. */
let mutant;
let isNoticed = false;

/**
 * Test files share the modules that they load, but only during the run of one mutant, because mutants can also be in code that runs
 * when a module is loaded. After the first failed test, the run skips the others.
 */
class MutantEnvironment extends ProcessEnvironment {
  async setup() {
    const active = process.env.__STRYKER_ACTIVE_MUTANT__;
    (globalThis.__stryker__ ??= {}).activeMutant = active;
    if (active === mutant) return;
    mutant = active;
    isNoticed = false;
    for (const file of Object.keys(Module._cache)) if (file.startsWith(SOURCES)) delete Module._cache[file];
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) isNoticed = mutant !== undefined;
    if (name === 'test_start' && isNoticed) test.mode = 'skip';
  }
}

module.exports = MutantEnvironment;
