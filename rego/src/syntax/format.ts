import { RegoError } from '../errors.js';
import type { PolicySource } from '../policy-engine.js';
import type { Module } from './ast.js';
import { FormatPrinter } from './format-printer.js';
import { readPlaces, readTokens } from './format-tokens.js';
import { parseModule } from './parser.js';

export type Formatted =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly errors: readonly RegoError[] };

/**
 * Formats a Rego file in the style of `opa fmt`: tabs, a blank line between rules, bodies with one expression per line, and `:=` in heads.
 * Keeps the author's line breaks in collections, calls and comprehensions. Returns the errors of a file that does not parse. Checks the
 * result, and returns an internal error if the policy differs or a comment is missing.
 */
export const formatModule = (source: PolicySource): Formatted => {
  const parsed = parseModule(source);
  if (!parsed.ok) {
    return parsed;
  }
  const { module } = parsed;
  const places = readPlaces(module);
  const text = new FormatPrinter(readTokens(source.path, source.text, places.numbers), places).print();
  const again = parseModule({ path: source.path, text });
  if (!again.ok || fingerprint(again.module) !== fingerprint(module)) {
    const message = 'internal error: the formatted text would be a different policy; the file is unchanged';
    const { row, col } = module.package.loc;
    return { ok: false, errors: [new RegoError('rego_parse_error', message, { file: source.path, row, col })] };
  }
  return { ok: true, text };
};

/** Returns a module without its locations, for comparison. In a head, `=` and `:=` are the same. Comments are compared by text. */
const fingerprint = ({ comments, ...module }: Module): string =>
  JSON.stringify([module, comments.map(({ text }) => text)], (key, value: unknown) => {
    if (key === 'loc') {
      return undefined;
    }
    return key === 'assignment' && value === '=' ? ':=' : value;
  });
