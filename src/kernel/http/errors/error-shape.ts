import type { AppError } from '../../errors/app-error';
import { OAUTH_CODE } from '../../errors/error-tables';
import { type ErrorAnswer, errorAnswer } from './error-body';

/** Says an error as a protocol does. */
export type ErrorShape = (
  error: AppError,
  request: { readonly requestId: string; readonly accept: string | undefined },
) => ErrorAnswer;

/** The errors of OAuth: the same members, with codes of the closed list of RFC 6749 §5.2. */
export const oauthErrors: ErrorShape = (error, request) => {
  const code = OAUTH_CODE[error.code];
  return errorAnswer(error, { ...request, ...(code === null ? {} : { code }), description: oauthText(error.message) });
};

/** RFC 6749 section 5.2: a description has no quotes, no backslashes, and ASCII only. */
function oauthText(text: string): string {
  return text
    .replaceAll('"', "'")
    .replaceAll('§', 'section ')
    .replace(/[^\x20-\x5B\x5D-\x7E]/g, '?');
}
