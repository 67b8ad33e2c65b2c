import { AppError } from '../../../kernel/errors/app-error';
import type { OauthRequest } from '../contract/oauth.types';

const MAX_CHARS = 16_384;

/**
 * Returns a parameter of the form, or `undefined` if it is absent or empty (RFC 6749 §3.1: an empty value counts as not sent). Errors:
 * `invalid_request` if it is repeated or too long.
 */
export function formParameter({ form }: OauthRequest, name: string): string | undefined {
  // The parser creates a plain object, so inherited members such as `constructor` must not count as parameters.
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new AppError('invalid_request', `The parameter ${name} is repeated.`);
  if (value.length > MAX_CHARS) throw new AppError('invalid_request', `The parameter ${name} is too long.`);
  return value;
}

/** Returns a required parameter. Errors: those of {@link formParameter}, and `invalid_request` if it is absent. */
export function requiredParameter(request: OauthRequest, name: string): string {
  const value = formParameter(request, name);
  if (value === undefined) throw new AppError('invalid_request', `The parameter ${name} is missing.`);
  return value;
}

/**
 * Returns every value of a parameter that can be repeated, such as `resource` (RFC 8707 §2). Errors: `invalid_request` if a value is too
 * long.
 */
export function formParameters({ form }: OauthRequest, name: string): readonly string[] {
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  const values = (Array.isArray(value) ? value : [value]).filter(
    (each): each is string => typeof each === 'string' && each !== '',
  );
  if (values.some((each) => each.length > MAX_CHARS)) {
    throw new AppError('invalid_request', `The parameter ${name} is too long.`);
  }
  return values;
}
