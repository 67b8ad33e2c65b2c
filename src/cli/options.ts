import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandFault } from './command';
import { suggestion } from './nearest';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; args: string[]; allowPositionals: true; strict: true }>
>;

/** Parses options and positional arguments. Errors: `CommandFault` with the usage for an unknown or malformed option. */
export function parseOptions<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs<{ options: O; args: string[]; allowPositionals: true; strict: true }>({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new CommandFault(messageOf(error, Object.keys(options)), true);
  }
}

/** Returns our own message for an error of `parseArgs`. @param names all options, without hyphens. */
function messageOf(error: unknown, names: readonly string[]): string {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  const option = /'(-[^' ]*)/.exec(message)?.[1] ?? '';
  const known = names.map((name) => `--${name}`);
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no option ${option}.${suggestion(option, known)}`;
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return message;
  if (message.includes('does not take an argument')) return `${option} does not take a value.`;
  const hint = message.includes('ambiguous') ? ` For a value that begins with a hyphen, write ${option}=<value>.` : '';
  return `${option} needs a value.${hint}`;
}

/** Returns a value from a closed list of words. */
export function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new CommandFault(`--${option} must be one of ${allowed.join(', ')}.`, true);
  return found;
}

/** Parses a number within bounds. */
export function numberOption(option: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= min && number <= max)) {
    throw new CommandFault(`--${option} must be a number from ${min} to ${max}.`, true);
  }
  return number;
}

/** Reads the text of a file, or of standard input for `-`. */
export function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

/** Parses JSON from an option or a file. @param what the name of the value in the error message. */
export function readJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandFault(`${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Reads input that should not be typed on the command line: the bytes of the option's file, or of piped input. Errors:
 * `CommandFault` if the option is missing and the input is a terminal, because typed input would be visible.
 */
export function readInput(option: string, path: string | undefined): Buffer<ArrayBuffer> {
  if (path === undefined && isatty(0)) {
    throw new CommandFault(`Set --${option} <file>, or pipe the input in.`, true);
  }
  return readBytes(path ?? '-');
}

/** Reads the bytes of a file, or of standard input for `-`. Errors: `CommandFault`. */
export function readBytes(path: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new CommandFault(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
