import { AppError } from '../errors/app-error';
import type { AcceptedBody, SentBody } from '../http/body/accepted-body';
import { type Parameters, readParameters, valueOf } from './parameters';

/**
 * The accepted body of page forms. A request without a body returns the user to the page. The authorization request inside a form is
 * encoded twice.
 */
export const FORM: AcceptedBody = {
  types: ['application/x-www-form-urlencoded'],
  limitBytes: 64 * 1024,
  isOptional: true,
};

/** Returns the parameters of an app's form; empty if there is no body. */
export function formOf(body: SentBody | null): Parameters {
  return readParameters(body?.bytes.toString('utf8') ?? '');
}

/** A form on one of our own pages. */
export interface OwnForm {
  /** The CSRF token. */
  readonly csrf: string;
  /** Returns whether the form has a field with this name. */
  has(name: string): boolean;
  /** Returns the value of a field; empty if it is missing or repeated. */
  value(name: string): string;
}

/** Parses a form. Errors: `invalid_request` for the NUL character, which the store does not accept. */
export function ownFormOf(body: SentBody | null): OwnForm {
  const fields = [...new URLSearchParams(body?.bytes.toString('utf8') ?? '')];
  if (fields.some(([, value]) => value.includes('\0'))) {
    throw new AppError('invalid_request', 'A field contains the character NUL.');
  }
  return {
    csrf: valueOf(fields, 'csrf'),
    has: (name) => fields.some(([known]) => known === name),
    value: (name) => valueOf(fields, name),
  };
}
