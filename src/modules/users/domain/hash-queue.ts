import { AppError } from '../../../kernel/errors/app-error';

/**
 * Limits how many hashes run at once and how many wait. A password hash costs 19 MiB and a core for tens of milliseconds,
 * and a flood of sign-ins must take neither from the rest of the process.
 */
export class HashQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Runs `work` when there is room. Errors: `unavailable`, at once, when too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.maxRunning) {
      this.running++;
    } else {
      if (this.waiting.length >= this.maxWaiting) {
        throw new AppError('unavailable', 'Too many sign-ins at once; try again in a moment.', {
          reason: 'overloaded',
          headers: { 'Retry-After': '1' },
        });
      }
      // A task that ends passes its place on, so that the place is never free in between.
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
