import { RegoError } from '../errors.js';
import type { PolicySource } from '../policy-engine.js';
import type { Module } from './ast.js';
import { FormatPrinter } from './format-printer.js';
import { readPlaces, readTokens } from './format-tokens.js';
import { parseModule } from './parser.js';

export type Formatted =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly errors: readonly RegoError[] };

/**
 * Formats a Rego file in the manner of `opa fmt`: tabs, a blank line between rules, bodies with an expression a line, `:=` in heads; the author's line
 * breaks in collections, calls and comprehensions stay. Text that does not parse gives its errors. The result is checked: were it another policy, or
 * without one of the comments, an internal error is given instead.
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
    const message = 'internal error: the formatted text would be another policy; the file is left as it is';
    const { row, col } = module.package.loc;
    return { ok: false, errors: [new RegoError('rego_parse_error', message, { file: source.path, row, col })] };
  }
  return { ok: true, text };
};

/** A module without its places. `=` and `:=` mean the same in a head. Comments count by their text. */
const fingerprint = ({ comments, ...module }: Module): string =>
  JSON.stringify([module, comments.map(({ text }) => text)], (key, value: unknown) => {
    if (key === 'loc') {
      return undefined;
    }
    return key === 'assignment' && value === '=' ? ':=' : value;
  });
