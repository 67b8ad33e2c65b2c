// A test that fails is tried once more at once, and what only passes then is named at the end of the run: a defect to
// mend, told without stopping everything else.
jest.retryTimes(1, { logErrorsBeforeRetry: true, retryImmediately: true });
