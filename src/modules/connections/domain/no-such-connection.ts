import { AppError } from '../../../kernel/errors/app-error';

export function noSuchConnection(): AppError {
  return new AppError('not_found', 'There is no such connection.');
}
