import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onServingCore } from './cores.mjs';

const run = promisify(execFile);

/** A contender that measures itself in a separate process on the serving core; see `peers/` for such programs. */
export function measuresItself(peer, ...args) {
  const script = fileURLToPath(new URL(`../peers/${peer}.mjs`, import.meta.url));
  return {
    async measure(seconds) {
      const [program, ...argv] = onServingCore([process.execPath, script, ...args, String(seconds)]);
      return JSON.parse((await run(program, argv)).stdout);
    },
  };
}

/**
 * Calls `work` for some seconds, after a warm-up of a fifth of that time, and prints a row as JSON.
 * @param work performs `perCall` units of work in each call.
 * @param figures additional columns for the row.
 */
export function printRow(work, perCall, seconds, figures = {}) {
  const during = (milliseconds) => {
    const times = [];
    const cpu = process.cpuUsage();
    const began = performance.now();
    let now = began;
    while (now - began < milliseconds) {
      const start = now;
      work();
      now = performance.now();
      times.push((now - start) / perCall);
    }
    const { user, system } = process.cpuUsage(cpu);
    const count = times.length * perCall;
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.floor(share * (times.length - 1))];
    return { rate: count / ((now - began) / 1000), p50Ms: at(0.5), p99Ms: at(0.99), cpuUs: (user + system) / count };
  };
  during(seconds * 200);
  const row = during(seconds * 1000);
  console.log(JSON.stringify({ ...row, rssMb: process.memoryUsage().rss / 1e6, ...figures }));
}
