import type { Logger } from '../telemetry/logger';
import { ScheduledTask } from '../tasks/scheduled-task';

/** Whose turn it is. */
export interface Turn {
  readonly tenantId: string;
  readonly id: string;
}

/** Things that have to be done one process at a time, such as what is sent to one receiver. */
export interface TurnTaking {
  /** In words, for the operator's log, such as `audit sinks`. */
  readonly name: string;
  readonly everyMs: number;
  /** Most turns of this process at a time. */
  readonly atOnce: number;
  /** Takes up to so many whose turn has come, for a while that is nobody else's. */
  claim(atMost: number): Promise<readonly Turn[]>;
  /** One turn, to its end. What it throws is logged; another process goes on when the while is over. */
  run(turn: Turn): Promise<void>;
}

/** Gives turns, in every process that hosts it: each is one process's at a time, and another's if that ends. */
export class TurnWorker {
  private readonly running = new Set<Promise<void>>();
  private readonly looks: ScheduledTask;

  constructor(
    private readonly taking: TurnTaking,
    private readonly logger: Logger,
  ) {
    this.looks = new ScheduledTask({
      everyMs: taking.everyMs,
      turn: () => this.look(),
      failed: (err) => logger.warn({ err }, `The ${taking.name} could not be looked at; it is tried again soon`),
    });
  }

  start(): void {
    this.looks.start();
  }

  /** Begins no turn any more; resolves when those that run are over. */
  async stop(): Promise<void> {
    await this.looks.stop();
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    const free = this.taking.atOnce - this.running.size;
    if (free === 0) return;
    for (const taken of await this.taking.claim(free)) {
      const turn = this.taking.run(taken).catch((error: unknown) => {
        this.logger.warn({ err: error, ...taken }, `A turn of the ${this.taking.name} could not be noted`);
      });
      this.running.add(turn);
      void turn.finally(() => this.running.delete(turn));
    }
  }
}
