const PAUSED = 0;
const WAITING = 1;
/** A paused thread looks again so often, so that it hears questions about its CPU time meanwhile. */
const RECHECK_MS = 20;

/** Memory that a thread shares with the process: the process pauses the thread's task, the thread says when it computes nothing. */
export class ThreadPause {
  constructor(readonly memory = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))) {}

  /** Has the task stop at its next {@link waitWhilePaused}. */
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

  /** True while the task waits for something else than its turn. */
  get isWaiting(): boolean {
    return Atomics.load(this.memory, WAITING) === 1;
  }

  /** In the thread: holds it while its task is paused. */
  waitWhilePaused(): void {
    while (this.isPaused) Atomics.wait(this.memory, PAUSED, 1, RECHECK_MS);
  }

  /** In the thread: awaits something, meanwhile the turn is another task's. */
  async awaitUnscheduled<T>(work: Promise<T>): Promise<T> {
    Atomics.store(this.memory, WAITING, 1);
    try {
      return await work;
    } finally {
      Atomics.store(this.memory, WAITING, 0);
    }
  }
}
