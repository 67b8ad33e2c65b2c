import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import { JobFailure } from '../../jobs/contract/job-runner';

/** What is refused now and is so at the next attempt. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['forbidden', 'invalid_request', 'unprocessable']);

/** Does a piece of a run; what a port refuses for good fails the job in the port's words. A step hands no other class on. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !FINAL.has(error.code)) throw error;
    const code = error.code === 'forbidden' ? 'failed' : 'input';
    throw new JobFailure(code, error.message, { mayRetry: false, cause: error });
  }
}
