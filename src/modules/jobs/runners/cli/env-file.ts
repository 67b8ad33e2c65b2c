import { JobFailure } from '../../contract/job-runner';

/** Engines read a line of at most 64 KiB. */
const MAX_LINE_BYTES = 65_000;

/**
 * The variables of a container as the file that engines take by `--env-file`: `NAME=value`, one a line, taken as it is. So
 * no value is on a command line, or in the environment of the engine's own program, which variables such as
 * `DOCKER_HOST` would turn.
 * Errors: `JobFailure` for what has no place in such a line.
 */
export function envFile(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `${lineOf(name, value)}\n`).join('');
}

function lineOf(name: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    throw unfit(
      `The variable ${name} has a line break, which containers here cannot be given; hand it over as a file.`,
    );
  }
  const line = `${name}=${value}`;
  if (Buffer.byteLength(line) > MAX_LINE_BYTES) {
    throw unfit(`The variable ${name} is longer than ${MAX_LINE_BYTES} bytes; hand it over as a file.`);
  }
  return line;
}

function unfit(message: string): JobFailure {
  return new JobFailure('input', message, { mayRetry: false });
}
