// Jest's own, which depend on its version: no packages of ours.
const fromJest = { paths: [require.resolve('jest')] };
const { ModuleMocker } = require(require.resolve('jest-mock', fromJest));
const { ModernFakeTimers } = require(require.resolve('@jest/fake-timers', fromJest));

// Jest uses these while a test file replaces the clock.
globalThis[Symbol.for('jest-native-now')] = Date.now;
globalThis[Symbol.for('jest-native-promise')] = Promise;

/** Where Jest's runner keeps what belongs to one test file: who hears of each test, and the state, which is not its own. */
const OF_ONE_FILE = new Set(['EVENT_HANDLERS', 'JEST_STATE_SYMBOL']);

/**
 * Runs test files in the process's own realm, so that they and all they load can share modules (`shared-modules.cjs`). The
 * end of a file undoes its changes of the globals, the process and its variables.
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
    // Left to the next file, each event of a test would go to the handlers of all files before.
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (OF_ONE_FILE.has(symbol.description)) delete globalThis[symbol];
    }
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** There is no other realm than this one, and what compiles here needs none. */
  getVmContext() {
    return null;
  }
}

/** Returns a function that gives the properties that an object has now the values that they have now. */
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
