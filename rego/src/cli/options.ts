import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { RegoCommandFault } from './command.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; args: string[]; allowPositionals: true; strict: true }>
>;

/** The paths of policies and data, specified with OPA's options `-d` and `-b`. */
export const PATH_OPTIONS = {
  data: { type: 'string', short: 'd', multiple: true, default: [] as string[] },
  bundle: { type: 'string', short: 'b', multiple: true, default: [] as string[] },
} as const;

/** Parses options and positional arguments. Errors: `RegoCommandFault` with the usage for an unknown or malformed option. */
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

/** Returns the option's value, which must be one of the allowed values. */
export function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new RegoCommandFault(`--${option} must be one of ${allowed.join(', ')}.`, true);
  return found;
}

/** Parses a number within bounds. */
export function numberOption(option: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= min && number <= max)) {
    throw new RegoCommandFault(`--${option} must be a number from ${min} to ${max}.`, true);
  }
  return number;
}

/** Reads a file, or standard input for `-`. */
export function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new RegoCommandFault(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
