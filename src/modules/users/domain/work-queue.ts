/** Background work for an owner. */
interface Job {
  /** The owner of the work. A single owner cannot use all the capacity. */
  readonly owner: string;
  readonly work: () => Promise<void>;
}

export interface WorkQueueOptions {
  /** Maximum number of concurrent jobs. */
  readonly maxRunning: number;
  readonly maxWaiting: number;
  readonly maxWaitingOfOne: number;
}

/** Runs background jobs in order, a few at a time. Queued work is lost when the process is killed. */
export class WorkQueue {
  private readonly waiting: Job[] = [];
  private readonly waitingOf = new Map<string, number>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: WorkQueueOptions) {}

  /**
   * Queues work.
   * @param work must not reject.
   * @returns false, without queuing the work, if the queue is full, or the owner has used up their share.
   */
  add(owner: string, work: () => Promise<void>): boolean {
    const own = this.waitingOf.get(owner) ?? 0;
    if (this.waiting.length >= this.options.maxWaiting || own >= this.options.maxWaitingOfOne) return false;
    this.waitingOf.set(owner, own + 1);
    this.waiting.push({ owner, work });
    if (this.running.size < this.options.maxRunning) {
      const runner: Promise<void> = this.run().finally(() => this.running.delete(runner));
      this.running.add(runner);
    }
    return true;
  }

  /** Resolves when no work is waiting or running. */
  async drain(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    // Starts the work in a later tick, so that it does not delay the caller.
    await new Promise(setImmediate);
    for (let job = this.waiting.shift(); job; job = this.waiting.shift()) {
      const left = (this.waitingOf.get(job.owner) ?? 1) - 1;
      if (left > 0) this.waitingOf.set(job.owner, left);
      else this.waitingOf.delete(job.owner);
      await job.work();
    }
  }
}
