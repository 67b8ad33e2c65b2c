import type { Response } from 'express';

/**
 * Returns a signal that aborts when the caller has disconnected. It also aborts after the response has been sent, but then the abort has no
 * effect.
 */
export function abortOnClose(response: Pick<Response, 'once' | 'destroyed'>): AbortSignal {
  const over = new AbortController();
  if (response.destroyed) over.abort();
  else response.once('close', () => over.abort());
  return over.signal;
}
