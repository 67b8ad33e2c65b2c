import type { PageAnswer } from '../../../kernel/pages/page-answer';
import type { SignInOutcome } from '../../users/contract/users.types';
import { waitText, translationsOf } from './text/language';
import type { Language } from './text/translations';

/** The message of the sign-in page after a failed attempt, and the response status. */
export interface RefusedSignIn {
  readonly fault: string;
  readonly status: number;
  readonly headers: NonNullable<PageAnswer['headers']>;
}

export function refusedSignIn(language: Language, outcome: SignInOutcome): RefusedSignIn {
  const words = translationsOf(language).signIn;
  if (outcome.outcome !== 'throttled') {
    // Status 401 would require a challenge (RFC 9110 §15.5.2), for which browsers would show their own dialog.
    return { fault: words.refused, status: 422, headers: {} };
  }
  const wait = outcome.retryAfterSeconds;
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(wait))) };
  return { fault: words.throttled(waitText(language, wait)), status: 429, headers };
}
