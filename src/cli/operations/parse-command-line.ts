import path from 'node:path';
import type { RequestOptions } from '../api/rest-client';
import { type Connection, CONNECTION_OPTIONS, tenantOf } from '../api/connection';
import { CommandFault } from '../command';
import { YES_OPTION } from '../confirmed';
import { numberOption, oneOf, parseOptions, readInput, readJson, readText } from '../options';
import { type Field, optionOf } from './field';
import { argumentsOf, bodyFields, methodOf, type Operation } from './operation';
import type { ParsedCommandLine } from './parsed-command-line';

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** Options that operations share, in addition to their own options and the connection options. */
const SHARED = {
  ...{ json: flag, only: text, ...YES_OPTION, 'body-file': text, 'if-match': text, output: text },
  ...{ limit: text, cursor: text, all: flag, tenant: text },
} as const;

/** Returns the shared options that an operation uses. */
export function sharedOptions(operation: Operation): readonly (keyof typeof SHARED)[] {
  return [
    ...(operation.tenantIn === undefined ? [] : (['tenant'] as const)),
    ...(operation.list === 'pages' ? (['limit', 'cursor', 'all'] as const) : []),
    ...(bodyFields(operation).length > 0 || operation.file ? (['body-file'] as const) : []),
    ...(operation.content === undefined ? [] : (['output'] as const)),
    ...(operation.changes === undefined ? [] : (['if-match'] as const)),
    ...(operation.danger === undefined ? [] : (['yes'] as const)),
    ...(operation.columns.length > 0 ? (['json', 'only'] as const) : []),
  ];
}

/** Parses the command line of an operation. Errors: `CommandFault` with the usage for missing, extra or unknown arguments. */
export function parseCommandLine(operation: Operation, args: readonly string[]): ParsedCommandLine {
  const own = (operation.fields ?? []).filter(({ isArgument }) => !isArgument);
  const options = {
    ...CONNECTION_OPTIONS,
    ...Object.fromEntries(sharedOptions(operation).map((name) => [name, SHARED[name]])),
    ...Object.fromEntries(own.map((field) => [optionOf(field), optionTypeOf(field)])),
  };
  const { values, positionals } = parseOptions(args, options);
  const names = argumentsOf(operation);
  const missing = names[positionals.length];
  if (missing !== undefined) throw new CommandFault(`Specify the ${missing}.`, true);
  if (positionals.length > names.length) throw new CommandFault(`"${positionals[names.length]}" is unexpected.`, true);
  const ownOptions = own.map(optionOf);
  const connection = Object.entries(values).filter(
    ([name]) => name in CONNECTION_OPTIONS && !ownOptions.includes(name),
  );
  return {
    values,
    connection: Object.fromEntries(connection),
    arguments: Object.fromEntries(names.map((name, at) => [name, positionals[at] ?? ''])),
  };
}

/** Adds the tenant in the path to the arguments. Errors: `CommandFault` if nothing names the tenant. */
export function withTenant(
  { tenantIn }: Operation,
  given: ParsedCommandLine,
  connection: Connection,
): ParsedCommandLine {
  if (tenantIn === undefined) return given;
  const { tenant } = given.values;
  const named = tenantOf(typeof tenant === 'string' ? tenant : undefined, connection);
  return { ...given, arguments: { ...given.arguments, [tenantIn]: named } };
}

function optionTypeOf({ kind }: Field) {
  if (kind === 'switch') return { type: 'boolean' } as const;
  return kind === 'list' || kind === 'files' ? ({ type: 'string', multiple: true } as const) : text;
}

/** Returns the text with its arguments filled in. */
export function filled(text: string, given: ParsedCommandLine): string {
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => given.arguments[name] ?? '');
}

/** Returns the path with its arguments filled in. Errors: `CommandFault` for an argument that would lead to a different path. */
export function filledPath(path: string, given: Pick<ParsedCommandLine, 'arguments'>): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => encodedArgument(name, given.arguments[name] ?? ''));
}

/** Encodes an argument for a path. The argument `path` consists of several names; all others are one name. */
function encodedArgument(name: string, value: string): string {
  const names = name === 'path' ? value.split('/') : [value];
  // A URL parser would remove these names, with the name before "..".
  if (names.some((one) => one === '' || one === '.' || one === '..')) {
    throw new CommandFault(`"${value}" is not valid here: names must not be empty, "." or "..".`, true);
  }
  return names.map(encodeURIComponent).join('/');
}

/** Returns the query and the body. Errors: `CommandFault` for invalid values and for missing required values. */
export function requestOptionsOf(operation: Operation, given: ParsedCommandLine): RequestOptions {
  const said = (operation.fields ?? []).flatMap((field) => {
    const value = valueOf(field, given);
    return value === undefined ? [] : [{ field, value }];
  });
  const query = said
    .filter(({ field }) => field.to === 'query')
    .map(({ field, value }) => [field.as, String(value as string | number | boolean)]);
  return { query: Object.fromEntries(query) as Record<string, string>, ...bodyOf(operation, given, said) };
}

function bodyOf(
  operation: Operation,
  { values }: ParsedCommandLine,
  said: readonly { readonly field: Field; readonly value: unknown }[],
): Pick<RequestOptions, 'json' | 'body'> {
  const file = values['body-file'] as string | undefined;
  if (operation.file) {
    const { [path.extname(file ?? '')]: named, '': other = '' } = operation.file;
    return { body: { type: named ?? other, content: readInput('body-file', file) } };
  }
  if (bodyFields(operation).length === 0) return {};
  const whole = file === undefined ? {} : readJson(file, readText(file));
  if (typeof whole !== 'object' || whole === null) throw new CommandFault(`${file} is not a JSON object.`);
  const members = said
    .filter(({ field }) => field.to === 'body')
    .flatMap(({ field, value }) =>
      field.kind === 'bytes' ? Object.entries(value as object) : [[field.as, value] as const],
    );
  const json = { ...whole, ...Object.fromEntries(members) };
  const missing = bodyFields(operation).find(({ isRequired, as }) => isRequired && !(as in json));
  if (missing) throw new CommandFault(`Set --${optionOf(missing)}.`, true);
  // An operation without input, such as cancel, does not need a body.
  return methodOf(operation) === 'POST' && Object.keys(json).length === 0 ? {} : { json };
}

function valueOf(field: Field, given: ParsedCommandLine): unknown {
  const option = optionOf(field);
  const typed = field.isArgument ? given.arguments[field.as] : given.values[option];
  if (field.kind === 'bytes') return secretBytes(option, typed as string | undefined, given.values['body-file']);
  if (typed === undefined || field.kind === 'switch') return typed;
  if (field.kind === 'files') return (typed as readonly string[]).map(readText);
  if (field.kind === 'list') return (typed as readonly string[]).flatMap((words) => words.split(/\s+/).filter(Boolean));
  const word = String(typed);
  if (field.words) return oneOf(option, word, field.words);
  if (field.kind === 'number') return numberOption(option, word, 0, Number.MAX_SAFE_INTEGER);
  if (field.kind === 'truth') return oneOf(option, word, ['true', 'false']) === 'true';
  if (field.kind === 'file') return readText(word);
  return field.kind === 'json' ? readJson(`--${option}`, word) : word;
}

/** Returns text without the line end that editors and `echo` add, and other bytes as base64. */
function secretBytes(option: string, file: string | undefined, whole: unknown): object | undefined {
  if (file === undefined && whole !== undefined) return undefined;
  const bytes = readInput(option, file);
  try {
    const value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { value: value.replace(/\r?\n$/, ''), encoding: 'utf8' };
  } catch {
    return { value: bytes.toString('base64'), encoding: 'base64' };
  }
}
