import type { PageAnswer } from '../../../kernel/pages/page-answer';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import type { SignInOutcome } from '../../users/contract/users.types';
import { waitText, translationsOf } from './text/language';
import type { Language } from './text/translations';

/** The message of the sign-in page after a failed attempt, and the response status. */
export interface RefusedSignIn {
  readonly fault: string;
  readonly status: number;
  readonly headers: NonNullable<PageAnswer['headers']>;
}

/** @param form the form of the attempt. */
export function refusedSignIn(language: Language, outcome: SignInOutcome, form: OwnForm): RefusedSignIn {
  const { signIn: words, passkey, emailCode } = translationsOf(language);
  if (outcome.outcome !== 'throttled') {
    // Status 401 would require a challenge (RFC 9110 §15.5.2), for which browsers would show their own dialog.
    const faults: Readonly<Record<string, string>> = { passkey: passkey.refused, 'email-code': emailCode.refused };
    const fault = faults[form.value('method')] ?? words.refused;
    return { fault, status: 422, headers: {} };
  }
  const wait = outcome.retryAfterSeconds;
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(wait))) };
  return { fault: words.throttled(waitText(language, wait)), status: 429, headers };
}
