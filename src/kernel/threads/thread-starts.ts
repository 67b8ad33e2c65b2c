import { availableParallelism } from 'node:os';
import { type CoreTurns, coreTurns } from './core-turns';

/**
 * Starts threads one after the other on all cores but one. A thread that starts computes for a quarter of a second and cannot be
 * paused, so tasks that compute make room for it: else a tenant whose threads are ended and started again takes the cores of requests.
 */
export class ThreadStarts {
  private readonly waiting = new Set<() => void>();
  private running = 0;

  constructor(
    private readonly turns: Pick<CoreTurns, 'occupy' | 'vacate'>,
    private readonly cores = Math.max(1, availableParallelism() - 1),
  ) {}

  /**
   * Starts a thread when its turn comes, at once if a core is free.
   * @returns a function to call when the thread is ready, has ended or is no longer wanted; calls after the first do nothing.
   */
  begin(start: () => void): () => void {
    let state: 'waiting' | 'running' | 'over' = 'waiting';
    const begin = (): void => {
      state = 'running';
      this.running += 1;
      this.turns.occupy();
      start();
    };
    if (this.running < this.cores) begin();
    else this.waiting.add(begin);
    return () => {
      const wasRunning = state === 'running';
      state = 'over';
      if (!wasRunning) {
        this.waiting.delete(begin);
        return;
      }
      this.running -= 1;
      this.turns.vacate();
      const [next] = this.waiting;
      if (next === undefined) return;
      this.waiting.delete(next);
      next();
    };
  }
}

/** The starts of this process. */
export const threadStarts = new ThreadStarts(coreTurns);
