/** What is done again and again. */
export interface RepeatedOptions {
  readonly everyMs: number;
  /** One turn. A long one looks at `stopped` in between. */
  readonly turn: () => Promise<unknown>;
  /** What is told of a turn that throws; the next one is taken all the same. */
  readonly failed: (error: unknown) => void;
}

/**
 * Does something every so often, until it is stopped. The first turn begins one interval after the start; while a turn runs
 * no other begins: what came due meanwhile is left out. It keeps no process alive.
 */
export class Repeated {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isOver = false;

  constructor(private readonly options: RepeatedOptions) {}

  /** From {@link stop} on, also while its turn ends. */
  get stopped(): boolean {
    return this.isOver;
  }

  start(): void {
    this.timer ??= setInterval(() => {
      this.running ??= this.take();
    }, this.options.everyMs).unref();
  }

  /** Begins no more turns; resolves when the one that runs has ended. */
  async stop(): Promise<void> {
    this.isOver = true;
    if (this.timer) clearInterval(this.timer);
    await this.running;
  }

  private async take(): Promise<void> {
    try {
      await this.options.turn();
    } catch (error) {
      this.options.failed(error);
    } finally {
      this.running = null;
    }
  }
}
