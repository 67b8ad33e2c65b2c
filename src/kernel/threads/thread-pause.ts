const PAUSED = 0;
const WAITING = 1;
/** Interval at which a paused thread checks again, so that it can respond to queries for its CPU time in the meantime. */
const RECHECK_MS = 20;

/** Memory that a thread shares with the process. The process pauses the thread's task, and the thread signals when it is not computing. */
export class ThreadPause {
  constructor(readonly memory = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))) {}

  /** Makes the task stop at its next {@link waitWhilePaused}. */
  pause(): void {
    Atomics.store(this.memory, PAUSED, 1);
  }

  resume(): void {
    Atomics.store(this.memory, PAUSED, 0);
    Atomics.notify(this.memory, PAUSED);
  }

  get isPaused(): boolean {
    return Atomics.load(this.memory, PAUSED) === 1;
  }

  /** True while the task waits for a promise rather than for its turn. */
  get isWaiting(): boolean {
    return Atomics.load(this.memory, WAITING) === 1;
  }

  /** Blocks the thread while its task is paused. Call it in the thread. */
  waitWhilePaused(): void {
    while (this.isPaused) Atomics.wait(this.memory, PAUSED, 1, RECHECK_MS);
  }

  /** Awaits a promise and gives up the turn in the meantime. Call it in the thread. */
  async awaitUnscheduled<T>(work: Promise<T>): Promise<T> {
    Atomics.store(this.memory, WAITING, 1);
    try {
      return await work;
    } finally {
      Atomics.store(this.memory, WAITING, 0);
    }
  }
}
