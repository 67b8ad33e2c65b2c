import { writeSync } from 'node:fs';

/** A failure with a self-explanatory message. No stack trace is shown. */
export class StepError extends Error {}

/**
 * Prints one line for the user. Uses standard error, because standard output belongs to the program being run. Writes
 * synchronously, because that program can replace the process immediately afterwards.
 */
export function printLine(line) {
  writeAll(2, `${line}\n`);
}

/** Prints the output of a failed tool. */
export function show(output) {
  if (output.trim() !== '') writeAll(2, `${output.trimEnd()}\n`);
}

/** Formats the duration of a step, such as "0.4 s" or "31 s". */
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
      // A pipe with a slow reader is full for a moment; a pipe without a reader accepts no more data.
      if (error.code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
