const { existsSync, writeFileSync } = require('node:fs');
const os = require('node:os');
const { workerData } = require('node:worker_threads');

let prepared = null;

exports.prepare = () => {
  const { gate, fault } = workerData.settings ?? {};
  if (gate !== undefined) Atomics.wait(gate, 0, 1);
  if (fault !== undefined) throw new Error(fault);
  prepared = workerData.settings;
};

/** The handler in the tests of `WorkerPool`: performs the action named in the payload. */
exports.default = async function work({ act, value }, task) {
  switch (act) {
    case 'echo':
      return { value, tenantId: task.tenantId };
    case 'spin':
      task.post('begun');
      for (;;);
    case 'priority':
      return os.getPriority(0);
    case 'compute': {
      // Runs until it has used this much CPU time, or its priority has changed.
      const first = os.getPriority(0);
      for (;;) {
        const { user, system } = process.threadCpuUsage();
        if (user + system >= value * 1_000 || os.getPriority(0) !== first) return os.getPriority(0);
      }
    }
    case 'ask': {
      const reply = new Promise((resolve) => task.onMessage(resolve));
      task.post(value);
      return reply;
    }
    case 'wait':
      task.post('begun');
      await new Promise((resolve) => task.signal.addEventListener('abort', resolve, { once: true }));
      return 'stopped by itself';
    case 'prepared':
      return prepared;
    case 'throw':
      throw Object.assign(new TypeError(value));
    case 'fill': {
      const kept = [];
      for (;;) kept.push(new Array(10_000).fill(kept.length));
    }
    case 'exit once':
      if (existsSync(value)) return 'second try';
      writeFileSync(value, '');
      return process.exit(1);
    case 'exit':
      return process.exit(1);
    case 'reject later':
      setImmediate(() => Promise.reject(new Error(value)));
      return 'done';
    case 'function':
      return () => value;
    default:
      throw new Error(`Unknown act ${act}.`);
  }
};
