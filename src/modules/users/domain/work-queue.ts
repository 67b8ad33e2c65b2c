/** Somebody's work that nobody waits for. */
interface Job {
  /** Whose it is: one may not take all the room. */
  readonly owner: string;
  readonly work: () => Promise<void>;
}

export interface WorkQueueOptions {
  /** How many run at a time. */
  readonly maxRunning: number;
  readonly maxWaiting: number;
  readonly maxWaitingOfOne: number;
}

/** Runs what nobody waits for, in order and a few at a time. What is in it when the process is killed is lost. */
export class WorkQueue {
  private readonly waiting: Job[] = [];
  private readonly waitingOf = new Map<string, number>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: WorkQueueOptions) {}

  /**
   * @param work must not reject.
   * @returns false, with nothing queued, when there is no room, or the owner has taken theirs.
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

  /** Resolves when nothing waits or runs any more. */
  async drain(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    // Not within the caller's turn: what follows must not be in the caller's time.
    await new Promise(setImmediate);
    for (let job = this.waiting.shift(); job; job = this.waiting.shift()) {
      const left = (this.waitingOf.get(job.owner) ?? 1) - 1;
      if (left > 0) this.waitingOf.set(job.owner, left);
      else this.waitingOf.delete(job.owner);
      await job.work();
    }
  }
}
