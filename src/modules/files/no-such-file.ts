import { AppError } from '../../kernel/errors/app-error';

/** Returns the same error for another caller's file and for a file that does not exist. */
export function noSuchFile(): AppError {
  return new AppError('not_found', 'The file does not exist.');
}
