import { AppError } from '../errors/app-error';
import type { AcceptedBody, SentBody } from '../http/body/accepted-body';
import { type Parameters, readParameters, valueOf } from './parameters';

/** The forms of pages; a request without one leads back to the page. The request within one is encoded twice. */
export const FORM: AcceptedBody = {
  types: ['application/x-www-form-urlencoded'],
  limitBytes: 64 * 1024,
  isOptional: true,
};

/** The parameters of an app's form; none without a body. */
export function formOf(body: SentBody | null): Parameters {
  return readParameters(body?.bytes.toString('utf8') ?? '');
}

/** A form of one of our own pages. */
export interface OwnForm {
  /** The token against forged requests. */
  readonly csrf: string;
  /** Whether it has a field of this name at all. */
  has(name: string): boolean;
  /** The value of a field; empty when it is missing or repeated. */
  value(name: string): string;
}

/** Errors: `invalid_request` for the character NUL, which no store keeps. */
export function ownFormOf(body: SentBody | null): OwnForm {
  const fields = [...new URLSearchParams(body?.bytes.toString('utf8') ?? '')];
  if (fields.some(([, value]) => value.includes('\0'))) {
    throw new AppError('invalid_request', 'A field has the character NUL in it.');
  }
  return {
    csrf: valueOf(fields, 'csrf'),
    has: (name) => fields.some(([known]) => known === name),
    value: (name) => valueOf(fields, name),
  };
}
