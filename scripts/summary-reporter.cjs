const { writeFileSync, writeSync } = require('node:fs');

/**
 * Prints the number of tests as the very last line of a run, in the form that other tools read. Writes the
 * result of each file to the file that TEST_REPORT names, if it is set.
 */
class SummaryReporter {
  #error;

  /** Writes the total number of tests in all files. */
  static writeCount(files) {
    const sum = (what) => files.reduce((total, file) => total + file[what], 0);
    writeSync(1, `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  }

  onRunComplete(_contexts, results) {
    const files = results.testResults.map((file) => ({
      path: file.testFilePath,
      passed: file.numPassingTests,
      // A suite that could not be run at all (because of a syntax error or a failed import) has no tests to count, and counts as a failure.
      failed: file.numFailingTests + (file.testExecError ? 1 : 0),
      skipped: file.numPendingTests + file.numTodoTests,
    }));
    if (files.every(({ passed, failed }) => passed + failed === 0)) this.#error = new Error('no test was run');
    if (process.env.TEST_REPORT) writeFileSync(process.env.TEST_REPORT, JSON.stringify(files));
    // Jest and a global teardown can still print after this call; nothing prints after the exit event.
    process.once('exit', () => {
      if (this.#error) writeSync(2, `${this.#error.message}\n`);
      SummaryReporter.writeCount(files);
    });
  }

  /** Jest calls this method after the run; an error here makes the run fail. */
  getLastError() {
    return this.#error;
  }
}

module.exports = SummaryReporter;
