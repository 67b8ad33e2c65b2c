import { AppError } from '../../../kernel/errors/app-error';
import { FACTOR_LIMITS } from '../contract/factors.types';

/** Control characters and line separators. */
const NOT_ON_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Returns the name of a factor, or `fallback` if the user chose none. Errors: `invalid_request`. */
export function factorName(name: string, fallback: string): string {
  const trimmed = name.trim();
  if (trimmed === '') return fallback;
  if ([...trimmed].length <= FACTOR_LIMITS.nameChars && !NOT_ON_A_LINE.test(trimmed)) return trimmed;
  const message = `A name must be one line of at most ${FACTOR_LIMITS.nameChars} characters.`;
  throw new AppError('invalid_request', message, { fields: [{ pointer: '/name', code: 'invalid_format', message }] });
}
