import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import { JobFailure } from '../../jobs/contract/job-runner';

export const EXPORT_KIND = 'users/export';

export const IMPORT_KIND = 'users/import';
/** The path of the job's only inline file. */
export const IMPORT_FILE = 'users';

/** The input of a `users/import` job. */
export const importOrder = z.strictObject({ format: z.enum(['csv', 'jsonl']), dryRun: z.boolean().default(false) });

/** Error codes that would recur on a retry. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['forbidden', 'invalid_request', 'unprocessable']);

/**
 * Runs a step's work. If a port rejects the work permanently, throws a `JobFailure` with the port's message, because a step does not
 * preserve any other error class.
 */
export async function toJobFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !FINAL.has(error.code)) throw error;
    const code = error.code === 'forbidden' ? 'failed' : 'input';
    throw new JobFailure(code, error.message, { mayRetry: false, cause: error });
  }
}

/** Returns the failure for a run with invalid input, which is not retried. */
export function badInput(message: string): JobFailure {
  return new JobFailure('input', message, { mayRetry: false });
}
