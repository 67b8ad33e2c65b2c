/** The options for work that a process repeats as long as it runs. */
export interface TaskOptions {
  readonly everyMs: number;
  /**
   * Maximum fraction by which an interval is shortened at random, so that processes that started together do not run the task
   * simultaneously; 0.1 by default.
   */
  readonly jitter?: number;
  /** True if the task alone keeps the process running; false by default. */
  readonly keepsAlive?: boolean;
  /** Runs one turn. A long turn must check its signal, which aborts when the task is stopped. */
  readonly turn: (signal: AbortSignal) => unknown;
  /** Receives the error of a failed turn. The next turn still runs. */
  readonly failed: (error: unknown) => void;
}

const JITTER = 0.1;

/**
 * Runs work periodically until it is stopped. The first turn begins one interval after the start. Turns do not overlap: a turn that is due
 * while another turn runs is skipped.
 */
export class ScheduledTask {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;

  constructor(private readonly options: TaskOptions) {}

  start(): void {
    if (this.timer === null && !this.stopping.signal.aborted) this.wait();
  }

  /** Does not begin any more turns. Resolves when the running turn has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private wait(): void {
    const { everyMs, jitter = JITTER, keepsAlive } = this.options;
    const due = (): void => {
      this.wait();
      if (this.running === null) this.take();
    };
    this.timer = setTimeout(due, everyMs * (1 - jitter * Math.random()));
    if (keepsAlive !== true) this.timer.unref();
  }

  private take(): void {
    const { turn, failed } = this.options;
    try {
      const result = turn(this.stopping.signal);
      if (result instanceof Promise) this.running = this.ended(result);
    } catch (error) {
      failed(error);
    }
  }

  private async ended(turn: Promise<unknown>): Promise<void> {
    try {
      await turn;
    } catch (error) {
      this.options.failed(error);
    } finally {
      this.running = null;
    }
  }
}
