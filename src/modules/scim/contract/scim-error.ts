import { AppError, type AppErrorOptions } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';

/** The detail codes of RFC 7644 §3.12 and RFC 9865 §2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** An error with a SCIM detail code. */
export class ScimError extends AppError {
  readonly scimType: ScimType;

  constructor(scimType: ScimType, message: string, options: AppErrorOptions & { readonly code?: ErrorCode } = {}) {
    super(options.code ?? (scimType === 'uniqueness' ? 'conflict' : 'invalid_request'), message, options);
    this.scimType = scimType;
  }
}

/** Returns a caller's string in a form that a response can repeat: one line, at most 80 characters and an ellipsis. */
export function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '?');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
