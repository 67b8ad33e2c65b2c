import { writeSync } from 'node:fs';

/** A failure that is explained by its message alone: no stack trace is shown. */
export class Problem extends Error {}

/**
 * One line for the person who waits. On standard error, because standard output belongs to the program that is run;
 * written synchronously, because the process may be replaced by that program right after.
 */
export function say(line) {
  writeAll(2, `${line}\n`);
}

/** What a failed tool had printed. */
export function show(output) {
  if (output.trim() !== '') writeAll(2, `${output.trimEnd()}\n`);
}

/** How long a step took, for a person: "0.4 s", "31 s". */
export function secondsSince(start) {
  const seconds = (performance.now() - start) / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

function writeAll(fd, text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      // A pipe whose reader is slow is full for a moment; one whose reader is gone will not take more.
      if (error.code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
