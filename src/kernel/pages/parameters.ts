import { createHash } from 'node:crypto';
import { AppError } from '../errors/app-error';

/** Names and values of a query or form, in order, including repeated names. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** Parameters are part of URLs. Node accepts 16 KiB of headers, and proxies in front of it often accept only 8 KiB. */
const LIMIT_CHARS = 8 * 1024;

/**
 * Parses `application/x-www-form-urlencoded`. Errors: `invalid_request` for more than 8 KiB, and for the NUL character, which the store
 * does not accept.
 */
export function readParameters(text: string): Parameters {
  if (text.length > LIMIT_CHARS) {
    throw new AppError('invalid_request', `The parameters are longer than ${LIMIT_CHARS} characters.`);
  }
  const pairs = [...new URLSearchParams(text)];
  if (pairs.some(([name, value]) => name.includes('\0') || value.includes('\0'))) {
    throw new AppError('invalid_request', 'A parameter contains the character NUL.');
  }
  return pairs;
}

/** Writes parameters as a string, always in the same notation. */
export function writeParameters(parameters: Parameters): string {
  return new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
}

/** Returns the parameters in a request's URL. */
export function queryOf(url: string | undefined): Parameters {
  const query = (url ?? '').indexOf('?');
  return query === -1 ? [] : readParameters((url ?? '').slice(query + 1));
}

/** Returns the value of a parameter; empty if the parameter is missing or repeated. */
export function valueOf(parameters: Parameters, name: string): string {
  const values = parameters.filter(([known]) => known === name);
  return values.length === 1 ? (values[0]?.[1] ?? '') : '';
}

/** Returns the hash that represents the parameters in tokens and cookies: SHA-256, base64url. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
