import { AppError } from '../../../kernel/errors/app-error';
import type { AccountRules } from '../contract/account-rules.types';
import { PASSWORD_CHARS } from '../contract/users.types';
import { emailKey } from './email-key';

export type PasswordRules = Pick<AccountRules, 'passwordMinLength' | 'passwordBlockedWords'>;

/**
 * Refuses a password that is too short, too long, the address itself, or contains a blocked word (NIST SP 800-63B §3.1.1.2: length and
 * words of the context, but no composition rules). Errors: `invalid_request`.
 */
export function checkPassword(
  password: string,
  email: string,
  { passwordMinLength: leastChars, passwordBlockedWords }: PasswordRules,
): void {
  // Counts code points, not UTF-16 code units.
  const length = [...password].length;
  if (length < leastChars || password.length > PASSWORD_CHARS.most) {
    throw unfitPassword('invalid_length', `A password must have ${leastChars} to ${PASSWORD_CHARS.most} characters.`);
  }
  if (emailKey(password) === emailKey(email)) {
    throw unfitPassword('is_email', 'The password must not be the email address.');
  }
  const folded = foldCase(password);
  if (passwordBlockedWords.some((word) => folded.includes(foldCase(word)))) {
    throw unfitPassword('blocked_word', 'The password contains a word that is not allowed. Choose a different one.');
  }
}

/** Makes texts equal that differ only in letter case or in their Unicode form. */
function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Returns the error for a password that a user must not choose. */
export function unfitPassword(code: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer: '/password', code, message }] });
}
