import { TimeoutError } from '../errors.js';

/** A time limit on something, joined with the caller's own signal. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Lifts the time limit; the caller's signal still counts. */
  readonly lift: () => void;
}

/** @param ms milliseconds; `Infinity` for no limit. */
export function limited(outer: AbortSignal | undefined, ms: number): Limit {
  const own = new AbortController();
  const timer = Number.isFinite(ms)
    ? setTimeout(() => own.abort(new TimeoutError(`No answer within ${ms} ms.`)), ms)
    : undefined;
  const signal = outer === undefined ? own.signal : AbortSignal.any([outer, own.signal]);
  return { signal, lift: () => clearTimeout(timer) };
}

/** Waits; throws the reason of the signal when it is aborted before. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', over);
      resolve();
    }, ms);
    if (signal?.aborted === true) over();
    else signal?.addEventListener('abort', over, { once: true });
  });
}

/** What comes of a promise that others share, unless the signal is aborted before; the promise itself goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const over = (): void => reject(reasonOf(signal));
    if (signal.aborted) over();
    else signal.addEventListener('abort', over, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', over));
  });
}

/** What a signal was aborted with: that is thrown, whatever it is. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason = signal?.reason as Error | undefined;
  return reason ?? new DOMException('The call was aborted.', 'AbortError');
}
