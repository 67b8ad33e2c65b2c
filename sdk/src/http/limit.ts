import { TimeoutError } from '../errors.js';

/** A time limit combined with the caller's own signal. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Removes the time limit; the caller's signal still applies. */
  readonly lift: () => void;
}

/** @param ms milliseconds; `Infinity` for no limit. */
export function limited(outer: AbortSignal | undefined, ms: number): Limit {
  const own = new AbortController();
  const timer = Number.isFinite(ms)
    ? setTimeout(() => own.abort(new TimeoutError(`No response within ${ms} ms.`)), ms)
    : undefined;
  const signal = outer === undefined ? own.signal : anySignal([outer, own.signal]);
  return { signal, lift: () => clearTimeout(timer) };
}

/** Returns a signal that is aborted as soon as one of the signals is, with its reason. Some edge runtimes have no `AbortSignal.any`. */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const isBuiltIn = typeof (AbortSignal as { readonly any?: unknown }).any === 'function';
  if (isBuiltIn) return AbortSignal.any([...signals]);
  const combined = new AbortController();
  for (const signal of signals) {
    const follow = (): void => combined.abort(signal.reason);
    if (signal.aborted) follow();
    else signal.addEventListener('abort', follow, { once: true, signal: combined.signal });
  }
  return combined.signal;
}

/** Waits. Throws the abort reason if the signal is aborted first. */
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

/** Returns the result of a shared promise, unless the signal is aborted first. The promise itself continues. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const over = (): void => reject(reasonOf(signal));
    if (signal.aborted) over();
    else signal.addEventListener('abort', over, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', over));
  });
}

/** Returns the abort reason of a signal, to throw as is. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason = signal?.reason as Error | undefined;
  return reason ?? new DOMException('The call was aborted.', 'AbortError');
}
