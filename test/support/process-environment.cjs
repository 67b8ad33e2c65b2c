// Packages of Jest. Their versions depend on Jest's version, so they are not our dependencies.
const fromJest = { paths: [require.resolve('jest')] };
const { ModuleMocker } = require(require.resolve('jest-mock', fromJest));
const { ModernFakeTimers } = require(require.resolve('@jest/fake-timers', fromJest));

// Jest uses these while a test file replaces the clock.
globalThis[Symbol.for('jest-native-now')] = Date.now;
globalThis[Symbol.for('jest-native-promise')] = Promise;

/** Data of one test file that Jest's runner stores: the event handlers and the state, which is separate from the test file's own state. */
const OF_ONE_FILE = new Set(['EVENT_HANDLERS', 'JEST_STATE_SYMBOL']);

/**
 * Runs test files in the process's own realm, so that they and all their imports can share modules (`shared-modules.cjs`). At the
 * end of a file, undoes its changes to the globals, the process and its variables.
 */
class ProcessEnvironment {
  global = globalThis;
  fakeTimers = null;

  constructor({ projectConfig }) {
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    const variables = new Set(Object.keys(process.env));
    this.undo = [globalThis, process, process.env].map(remembered);
    this.undo.push(() => {
      for (const name of Object.keys(process.env)) if (!variables.has(name)) delete process.env[name];
    });
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    for (const undo of this.undo) undo();
    // Otherwise, the handlers of all previous files would also receive each event of a test in the next file.
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (OF_ONE_FILE.has(symbol.description)) delete globalThis[symbol];
    }
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** There is only one realm, and code compiled here does not need another one. */
  getVmContext() {
    return null;
  }
}

/** Returns a function that restores the current values of an object's current properties. */
function remembered(object) {
  const before = Object.getOwnPropertyDescriptors(object);
  return () => {
    for (const key of Reflect.ownKeys(before)) {
      const now = Object.getOwnPropertyDescriptor(object, key);
      if (before[key].configurable && (now?.value !== before[key].value || now?.get !== before[key].get)) {
        Object.defineProperty(object, key, before[key]);
      }
    }
  };
}

module.exports = ProcessEnvironment;
