const { writeSync } = require('node:fs');

/** Prints the count of tests as the very last line of a run, in the form that other tools read. */
class SummaryReporter {
  #error;

  onRunComplete(_contexts, results) {
    const passed = results.numPassedTests;
    // A suite that could not be run at all (a syntax error, a failed import) has no tests to count, and is a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    if (passed + failed === 0) this.#error = new Error('no test was run');
    // Jest and a global teardown may still print after this call; nothing prints after the exit event.
    process.once('exit', () => {
      if (this.#error) writeSync(2, `${this.#error.message}\n`);
      writeSync(1, `${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }

  /** Jest asks this after the run; an error here makes it fail. */
  getLastError() {
    return this.#error;
  }
}

module.exports = SummaryReporter;
