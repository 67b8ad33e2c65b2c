import { AppError } from '../../kernel/errors/app-error';

/** For a job that is not there, or another tenant's. */
export function noSuchJob(): AppError {
  return new AppError('not_found', 'There is no such job.');
}
