import type { Response } from 'express';

/** A signal that is aborted when the caller has gone; also when it has been answered, which nobody notices any more. */
export function abortOnClose(response: Pick<Response, 'once' | 'destroyed'>): AbortSignal {
  const over = new AbortController();
  if (response.destroyed) over.abort();
  else response.once('close', () => over.abort());
  return over.signal;
}
