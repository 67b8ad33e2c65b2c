import type { Worker } from 'node:worker_threads';

/** Counts the threads that this process starts while the counter is active. */
export class ThreadCount {
  private running = 0;
  /** The maximum number of concurrent threads. */
  most = 0;

  constructor() {
    process.on('worker', this.onWorker);
  }

  stop(): void {
    process.off('worker', this.onWorker);
  }

  private readonly onWorker = (worker: Worker): void => {
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    worker.once('exit', () => (this.running -= 1));
  };
}
