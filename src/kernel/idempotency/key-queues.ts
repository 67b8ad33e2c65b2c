import { AppError } from '../errors/app-error';

/** Requests under one key that may wait for the one that is under way: far more than clients that retry send. */
const MAX_WAITING = 100;

interface KeyedCall<T> {
  /** Makes the write. */
  readonly attempt: () => Promise<T>;
  /** Gives the answer of a write that has succeeded meanwhile; `null` when there is none. */
  readonly replay: () => Promise<{ readonly answer: T } | null>;
}

type Turn = 'attempt' | 'replay';

/**
 * Calls under one key in this process, one at a time. When one fails, the next alone is woken and tries; when one succeeds, all
 * are, and answer what it gave. So the work is in proportion to the number of calls, whether they fail or not.
 */
export class KeyQueues {
  /** By key, those that wait for the call under way. */
  private readonly waiting = new Map<string, ((turn: Turn) => void)[]>();

  /** Errors: `conflict` when too many wait under this key; those of the call. */
  async run<T>(key: string, call: KeyedCall<T>): Promise<T> {
    const turn = await this.enter(key);
    if (turn === 'replay') {
      const replayed = await call.replay();
      // The stored answer expired in between.
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
    const message = `More than ${MAX_WAITING} requests with this Idempotency-Key wait for the first one to end. Send it again later, or use a new key for another request.`;
    return Promise.reject(new AppError('conflict', message, { headers: { 'Retry-After': '1' } }));
  }

  private leave(key: string, turn: Turn): void {
    const waiting = this.waiting.get(key) ?? [];
    const woken = turn === 'attempt' ? waiting.splice(0, 1) : waiting.splice(0);
    if (turn === 'replay' || woken.length === 0) this.waiting.delete(key);
    for (const wake of woken) wake(turn);
  }
}
