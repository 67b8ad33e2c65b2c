/** Describes work that a process repeats for as long as it lives. */
export interface TaskOptions {
  readonly everyMs: number;
  /** How much of an interval each is shorter at most, by chance, so that processes that began together do not all come at once; 0.1 when left out. */
  readonly jitter?: number;
  /** True if the task alone keeps the process running; false when left out. */
  readonly keepsAlive?: boolean;
  /** One turn. A long one looks at its signal in between, which is aborted when the task is stopped. */
  readonly turn: (signal: AbortSignal) => unknown;
  /** Hears of a turn that threw; the next one comes all the same. */
  readonly failed: (error: unknown) => void;
}

const JITTER = 0.1;

/**
 * Does something every so often, until it is stopped. The first turn begins one interval after the start; while a turn runs
 * no other begins: what came due meanwhile is left out.
 */
export class ScheduledTask {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;

  constructor(private readonly options: TaskOptions) {}

  start(): void {
    if (this.timer === null && !this.stopping.signal.aborted) this.wait();
  }

  /** Begins no more turns; resolves when the one that runs has ended. */
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
