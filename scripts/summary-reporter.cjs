const { writeSync } = require('node:fs');

/** Prints the count of tests as the very last line of a run, in the form that other tools read. */
class SummaryReporter {
  #error;
  /** Tests that passed only when they were tried again. */
  #wavering = [];

  onTestResult(_test, { testFilePath, testResults }) {
    for (const { fullName, status, invocations } of testResults) {
      if (status === 'passed' && invocations > 1) this.#wavering.push(`${testFilePath}: ${fullName}`);
    }
  }

  onRunComplete(_contexts, results) {
    const passed = results.numPassedTests;
    // A suite that could not be run at all (a syntax error, a failed import) has no tests to count, and is a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    if (passed + failed === 0) this.#error = new Error('no test was run');
    // Jest and a global teardown may still print after this call; nothing prints after the exit event.
    process.once('exit', () => {
      if (this.#error) writeSync(2, `${this.#error.message}\n`);
      for (const name of this.#wavering) writeSync(1, `passed on the second try only, mend it: ${name}\n`);
      writeSync(1, `${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }

  /** Jest asks this after the run; an error here makes it fail. */
  getLastError() {
    return this.#error;
  }
}

module.exports = SummaryReporter;
