import { AppError } from '../../../kernel/errors/app-error';

/**
 * Limits the number of running and waiting hashes. A password hash costs 19 MiB and a core for tens of milliseconds, or more if another
 * system made it (`hash-limits.ts`). A flood of sign-ins must not starve the rest of the process of memory or CPU time.
 */
export class HashQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Runs `work` when a slot is free. Errors: `unavailable`, immediately, if too many calls are waiting. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.maxRunning) {
      this.running++;
    } else {
      if (this.waiting.length >= this.maxWaiting) {
        throw new AppError('unavailable', 'Too many simultaneous sign-ins; try again in a moment.', {
          reason: 'overloaded',
          headers: { 'Retry-After': '1' },
        });
      }
      // A finished task passes its slot on, so that the slot is never free in between.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
