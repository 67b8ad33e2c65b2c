import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { type LogEnd, LogsRepository } from '../storage/logs.repository';

/** The polling interval for new lines, shared by all readers of this process. */
const LOOK_EVERY_MS = 200;
const AT_ONCE = 500;

interface Waiter {
  readonly tenantId: string;
  readonly jobId: string;
  /** The number of lines that the reader already has. */
  readonly lines: number;
  readonly tell: (end: LogEnd | null) => void;
}

/** Notifies the readers that follow logs when there are new lines. It runs one query per interval, regardless of the number of readers. */
@Injectable()
export class LogTails {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: LogsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Resolves with the current end of the log when the log has more than this many lines or its job has ended. Resolves with `null` when the
   * job no longer exists or the signal fires. Waits for a database outage to end.
   */
  beyond(tenantId: string, jobId: string, lines: number, signal: AbortSignal): Promise<LogEnd | null> {
    if (signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const stop = (): void => waiter.tell(null);
      const waiter: Waiter = {
        tenantId,
        jobId,
        lines,
        tell: (end) => {
          this.waiters.delete(waiter);
          signal.removeEventListener('abort', stop);
          resolve(end);
        },
      };
      signal.addEventListener('abort', stop, { once: true });
      this.waiters.add(waiter);
      this.lookSoon();
    });
  }

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    for (const waiter of [...this.waiters]) waiter.tell(null);
  }

  private lookSoon(): void {
    this.timer ??= setTimeout(() => {
      void this.look().finally(() => {
        this.timer = null;
        if (this.waiters.size > 0) this.lookSoon();
      });
    }, LOOK_EVERY_MS);
  }

  /** Never rejects. */
  private async look(): Promise<void> {
    const waiters = [...this.waiters];
    for (let at = 0; at < waiters.length; at += AT_ONCE) {
      const asked = waiters.slice(at, at + AT_ONCE);
      try {
        const ends = await this.repository.ends(asked);
        for (const waiter of asked) {
          const end = ends.get(waiter.jobId) ?? null;
          if (end === null || end.isOver || end.lines > waiter.lines) waiter.tell(end);
        }
      } catch (error) {
        this.logger.debug({ err: error }, 'Could not check the logs of jobs for new lines; will retry soon');
      }
    }
  }
}
