import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { RegoCommandFault } from './command.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; args: string[]; allowPositionals: true; strict: true }>
>;

/** Where policies and data are, as options of OPA: `-d`, `-b`. */
export const PATH_OPTIONS = {
  data: { type: 'string', short: 'd', multiple: true, default: [] as string[] },
  bundle: { type: 'string', short: 'b', multiple: true, default: [] as string[] },
} as const;

/** Options and positional arguments; an unknown or malformed one is a `RegoCommandFault` with the usage. */
export function parseOptions<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs<{ options: O; args: string[]; allowPositionals: true; strict: true }>({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new RegoCommandFault(error instanceof Error ? error.message : String(error), true);
  }
}

/** One of a closed list of words. */
export function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new RegoCommandFault(`--${option} must be one of ${allowed.join(', ')}.`, true);
  return found;
}

/** A number within bounds. */
export function numberOption(option: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= min && number <= max)) {
    throw new RegoCommandFault(`--${option} must be a number from ${min} to ${max}.`, true);
  }
  return number;
}

/** The text of a file, or of standard input for `-`. */
export function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new RegoCommandFault(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
