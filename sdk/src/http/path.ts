import { ConfigurationError } from '../errors.js';

/** Query parameters; `undefined` omits a parameter. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Builds a path whose parts are data: each part is percent-encoded separately. Refuses `.`, `..` and empty parts, because a URL parser
 * would resolve them to a different resource.
 */
export function path(texts: TemplateStringsArray, ...parts: readonly (string | number)[]): string {
  return texts.reduce((made, text, index) => made + segment(parts[index - 1]) + text);
}

function segment(part: string | number | undefined): string {
  const text = String(part ?? '');
  if (text === '' || text === '.' || text === '..') {
    throw new ConfigurationError(`"${text}" is not a valid ID or name.`);
  }
  return encodeURIComponent(text);
}

/** Encodes a path that consists of several names, such as a file path. */
export function segments(names: string): string {
  return names.split('/').map(segment).join('/');
}

/** Returns the query string with its `?`, or an empty string if there are no parameters. */
export function queryText(query: Query): string {
  const known = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(known.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
