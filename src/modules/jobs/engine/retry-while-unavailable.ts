import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../kernel/errors/app-error';

const AGAIN_MS = 200;

/**
 * Retries a query while the database is unavailable, until the signal fires. Errors: the errors of `ask`, including `unavailable` after the
 * signal has fired.
 */
export async function retryWhileUnavailable<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof AppError && error.code === 'unavailable';
      if (!isAway || signal.aborted) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
