import { AppError } from '../../kernel/errors/app-error';

/** The same words for a file that is another's and for one that is not there. */
export function noSuchFile(): AppError {
  return new AppError('not_found', 'There is no such file.');
}
