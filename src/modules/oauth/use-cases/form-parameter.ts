import { AppError } from '../../../kernel/errors/app-error';
import type { OauthRequest } from '../contract/oauth.types';

const MAX_CHARS = 16_384;

/**
 * A parameter of the form; `undefined` when it is absent or empty (RFC 6749 §3.1: sent without a value means not sent).
 * Errors: `invalid_request` when it is repeated or over-long.
 */
export function formParameter({ form }: OauthRequest, name: string): string | undefined {
  // The parser makes a plain object, so that `constructor` and its like must not be taken for parameters.
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new AppError('invalid_request', `The parameter ${name} is repeated.`);
  if (value.length > MAX_CHARS) throw new AppError('invalid_request', `The parameter ${name} is too long.`);
  return value;
}

/** A parameter that must be there. Errors: as {@link formParameter}, and when it is absent. */
export function requiredParameter(request: OauthRequest, name: string): string {
  const value = formParameter(request, name);
  if (value === undefined) throw new AppError('invalid_request', `The parameter ${name} is missing.`);
  return value;
}

/** Every value of a parameter that may be repeated, such as `resource` (RFC 8707 §2). Errors: `invalid_request` for an over-long one. */
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
