import { AppError } from '../errors/app-error';

/** Maximum number of requests under one key that can wait for the current request. This is far more than retrying clients send. */
const MAX_WAITING = 100;

interface KeyedCall<T> {
  /** Performs the write. */
  readonly attempt: () => Promise<T>;
  /** Returns the response of a write that has succeeded in the meantime; `null` if there is none. */
  readonly replay: () => Promise<{ readonly answer: T } | null>;
}

type Turn = 'attempt' | 'replay';

/**
 * Queues for calls under one key in this process, one call at a time. If a call fails, only the next call wakes and makes an attempt. If it
 * succeeds, all waiting calls wake and return its response. The work is therefore proportional to the number of calls, whether they succeed
 * or fail.
 */
export class KeyQueues {
  /** Calls that wait for the current call, by key. */
  private readonly waiting = new Map<string, ((turn: Turn) => void)[]>();

  /** Runs a call when its turn comes. Errors: `conflict` if too many calls are waiting under this key; the call's own errors. */
  async run<T>(key: string, call: KeyedCall<T>): Promise<T> {
    const turn = await this.enter(key);
    if (turn === 'replay') {
      const replayed = await call.replay();
      // The stored response has expired in the meantime.
      return replayed === null ? this.run(key, call) : replayed.answer;
    }
    let next: Turn = 'attempt';
    try {
      const replayed = turn === 'first' ? null : await call.replay();
      const answer = replayed === null ? await call.attempt() : replayed.answer;
      next = 'replay';
      return answer;
    } finally {
      this.leave(key, next);
    }
  }

  private enter(key: string): Promise<Turn | 'first'> {
    const waiting = this.waiting.get(key);
    if (waiting === undefined) {
      this.waiting.set(key, []);
      return Promise.resolve('first');
    }
    if (waiting.length < MAX_WAITING) return new Promise((resolve) => waiting.push(resolve));
    const message = `More than ${MAX_WAITING} requests with this Idempotency-Key are waiting for the first one. Retry later, or use a new key for a different request.`;
    return Promise.reject(new AppError('conflict', message, { headers: { 'Retry-After': '1' } }));
  }

  private leave(key: string, turn: Turn): void {
    const waiting = this.waiting.get(key) ?? [];
    const woken = turn === 'attempt' ? waiting.splice(0, 1) : waiting.splice(0);
    if (turn === 'replay' || woken.length === 0) this.waiting.delete(key);
    for (const wake of woken) wake(turn);
  }
}
