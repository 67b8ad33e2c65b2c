import type { AppError } from '../../errors/app-error';
import { OAUTH_CODE } from '../../errors/error-tables';
import { type ErrorAnswer, errorAnswer } from './error-body';

/** Converts an error to the format of a protocol. */
export type ErrorShape = (
  error: AppError,
  request: { readonly requestId: string; readonly accept: string | undefined },
) => ErrorAnswer;

/** The OAuth error format: the same members, with codes from the closed list of RFC 6749 §5.2. */
export const oauthErrors: ErrorShape = (error, request) => {
  const code = OAUTH_CODE[error.code];
  return errorAnswer(error, { ...request, ...(code === null ? {} : { code }), description: oauthText(error.message) });
};

/** Returns a description as RFC 6749 §5.2 requires: only ASCII, without quotes or backslashes. */
function oauthText(text: string): string {
  return text
    .replaceAll('"', "'")
    .replaceAll('§', 'section ')
    .replace(/[^\x20-\x5B\x5D-\x7E]/g, '?');
}
