import { AppError } from '../../../kernel/errors/app-error';
import { password as passwordSchema } from '../contract/users.types';
import { emailKey } from './email-key';

/**
 * Refuses a password that is too short, too long, or the address itself (NIST SP 800-63B §3.1.1.2: length, no rules of
 * composition). Errors: `invalid_request`.
 */
export function checkPassword(password: string, email: string): void {
  // Characters as people count them, not as UTF-16 does.
  const length = [...password].length;
  if (!passwordSchema.safeParse(password).success || length < 12) {
    throw refused('invalid_length', 'A password has 12 to 256 characters.');
  }
  if (emailKey(password) === emailKey(email)) {
    throw refused('is_email', 'The password must not be the e-mail address.');
  }
}

function refused(code: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer: '/password', code, message }] });
}
