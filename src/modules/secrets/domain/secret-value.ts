import { AppError } from '../../../kernel/errors/app-error';
import { SECRET_LIMITS } from '../contract/secrets.types';

/** Checks the size of a value. Errors: `invalid_request` for a value that is empty or too large. */
export function assertSize(value: Uint8Array): void {
  if (value.length === 0) throw refused('must not be empty');
  if (value.length > SECRET_LIMITS.maxValueBytes) {
    throw refused(`must have at most ${SECRET_LIMITS.maxValueBytes} bytes`);
  }
}

function refused(message: string): AppError {
  return new AppError('invalid_request', `The value ${message}.`, {
    fields: [{ pointer: '/value', code: 'invalid', message }],
  });
}
