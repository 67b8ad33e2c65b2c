import type { DelayRange } from './config/bundle-config.js';

const FIRST_RETRY_MS = 100;

/**
 * Runs work repeatedly: with a random delay within a range after a success, and with a shorter delay that grows exponentially after a
 * failure.
 */
export class RepeatingTask {
  private readonly controller = new AbortController();
  private running: Promise<void> | undefined;
  private failures = 0;
  private wake: (() => void) | undefined;

  /** @param work returns whether it succeeded, and never throws. */
  constructor(
    private readonly delay: DelayRange,
    private readonly work: (signal: AbortSignal) => Promise<boolean>,
  ) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** Runs the work now instead of waiting. */
  hurry(): void {
    this.wake?.();
  }

  /** Ends the delay, or aborts the work through its signal. */
  async stop(): Promise<void> {
    this.controller.abort();
    this.wake?.();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.controller;
    while (!signal.aborted) {
      this.failures = (await this.work(signal)) ? 0 : this.failures + 1;
      if (!signal.aborted) await this.pause();
    }
  }

  private pause(): Promise<void> {
    const { minMs, maxMs } = this.delay;
    const span = minMs + Math.random() * (maxMs - minMs);
    const retry = Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.failures - 1, 20), maxMs) * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.failures === 0 ? span : retry);
      // The timer does not keep the process alive.
      timer.unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
