import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import { JobFailure } from '../../jobs/contract/job-runner';

export const EXPORT_KIND = 'users/export';

export const IMPORT_KIND = 'users/import';
/** Path of the one inline file of the job. */
export const IMPORT_FILE = 'users';

/** The input of a job of the kind `users/import`. */
export const importOrder = z.strictObject({ format: z.enum(['csv', 'jsonl']), dryRun: z.boolean().default(false) });

/** Error codes that a retry would repeat. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['forbidden', 'invalid_request', 'unprocessable']);

/** Does a step of a run. A permanent refusal by a port fails the job with the port's message. A step passes on no other class. */
export async function toJobFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !FINAL.has(error.code)) throw error;
    const code = error.code === 'forbidden' ? 'failed' : 'input';
    throw new JobFailure(code, error.message, { mayRetry: false, cause: error });
  }
}

/** Returns the failure of a run with invalid input, which a retry would repeat. */
export function badInput(message: string): JobFailure {
  return new JobFailure('input', message, { mayRetry: false });
}
