import { AppError } from '../../../kernel/errors/app-error';
import { PASSWORD_CHARS } from '../contract/users.types';
import { emailKey } from './email-key';

/**
 * Refuses a password that is too short, too long, or the address itself (NIST SP 800-63B §3.1.1.2: length but no composition rules).
 * Errors: `invalid_request`.
 * @param leastChars minimum number of characters.
 */
export function checkPassword(password: string, email: string, leastChars: number = PASSWORD_CHARS.least): void {
  // Counts code points, not UTF-16 code units.
  const length = [...password].length;
  if (length < leastChars || password.length > PASSWORD_CHARS.most) {
    throw unfitPassword('invalid_length', `A password must have ${leastChars} to ${PASSWORD_CHARS.most} characters.`);
  }
  if (emailKey(password) === emailKey(email)) {
    throw unfitPassword('is_email', 'The password must not be the email address.');
  }
}

/** Returns the error for a password that a user must not choose. */
export function unfitPassword(code: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer: '/password', code, message }] });
}
