import { ConfigurationError } from '../errors.js';

/** Values of a query; `undefined` leaves a parameter out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * A path whose parts are data: each is percent-encoded by itself. `.`, `..` and nothing are refused, because a URL parser
 * would take them for a way to another resource.
 */
export function path(texts: TemplateStringsArray, ...parts: readonly (string | number)[]): string {
  return texts.reduce((made, text, index) => made + segment(parts[index - 1]) + text);
}

function segment(part: string | number | undefined): string {
  const text = String(part ?? '');
  if (text === '' || text === '.' || text === '..') {
    throw new ConfigurationError(`"${text}" cannot be the id or name of anything.`);
  }
  return encodeURIComponent(text);
}

/** A path of several names, such as that of a file. */
export function segments(names: string): string {
  return names.split('/').map(segment).join('/');
}

/** With its `?`; empty when nothing is asked. */
export function queryText(query: Query): string {
  const known = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(known.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
