/** The program that every engine process runs: `node ENGINE.mjs FOLDER SECONDS MODE` evaluates the case in FOLDER and prints JSON. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Minimum time between two readings of the clock. */
const BATCH_MS = 5;

/** Reads the case in a folder: `policy.rego`, `data.json` and `case.json`, which contains the rule and the inputs. */
export function readCase() {
  const [folder, seconds, mode = 'text'] = process.argv.slice(2);
  const read = (name) => readFileSync(path.join(folder, name));
  const { rule, inputs } = JSON.parse(read('case.json'));
  return { folder, seconds: Number(seconds), mode, read, rule, inputs };
}

/**
 * Evaluates each input once, warms up for `seconds`, measures for `seconds`, and prints the results and the figures.
 * @param decide returns the result for an input; `resultOf` converts it to JSON. The conversion is timed only if `decide` performs it.
 */
export function report({ seconds, inputs, decide, resultOf = (result) => result }) {
  const results = inputs.map((input) => resultOf(decide(input)) ?? null);
  if (seconds === 0) {
    console.log(JSON.stringify({ results }));
    return;
  }
  repeat(decide, inputs, seconds);
  const cpu = process.cpuUsage();
  const { count, elapsed } = repeat(decide, inputs, seconds);
  const { user, system } = process.cpuUsage(cpu);
  const { rss } = process.memoryUsage();
  const times = timesOf(decide, inputs, seconds / 4);
  const row = {
    rate: count / elapsed,
    cpuUs: (user + system) / count,
    p50Us: times[Math.floor(times.length / 2)],
    p99Us: times[Math.floor(times.length * 0.99)],
    rssMb: rss / 1e6,
  };
  console.log(JSON.stringify({ results, row }));
}

/** Evaluates all inputs in turn until the time is up. Reads the clock every few milliseconds. */
function repeat(decide, inputs, seconds) {
  const began = performance.now();
  let passes = 1;
  let count = 0;
  let now = began;
  while (now - began < seconds * 1000) {
    for (let pass = 0; pass < passes; pass++) for (const input of inputs) decide(input);
    count += passes * inputs.length;
    const after = performance.now();
    if (after - now < BATCH_MS) passes *= 2;
    now = after;
  }
  return { count, elapsed: (now - began) / 1000 };
}

/** Returns the duration of each decision in microseconds, in ascending order. */
function timesOf(decide, inputs, seconds) {
  const times = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    for (const input of inputs) {
      const began = process.hrtime.bigint();
      decide(input);
      times.push(Number(process.hrtime.bigint() - began) / 1000);
    }
  }
  return times.sort((a, b) => a - b);
}
