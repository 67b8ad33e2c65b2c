import { AppError } from '../../kernel/errors/app-error';

/** Returns the error for a job that does not exist or belongs to a different tenant. */
export function noSuchJob(): AppError {
  return new AppError('not_found', 'There is no such job.');
}
