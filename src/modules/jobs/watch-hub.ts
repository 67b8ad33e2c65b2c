import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { JobNotificationListener } from './job-notification-listener';
import { JobsRepository } from './storage/jobs.repository';

/** The time within which notifications are handled together. */
const TOGETHER_MS = 20;
/** The polling interval when no notification arrives, in case a notification was lost. */
const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 1_000;

/** A reader that waits for more events of a job. */
interface Watcher {
  readonly tenantId: string;
  readonly id: string;
  /** The newest event that the reader has. */
  readonly seq: number;
  readonly wake: () => void;
}

/** Wakes all readers that wait for events, with a single query. */
@Injectable()
export class WatchHub {
  private readonly watchers = new Set<Watcher>();
  private silence: (() => void) | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isLooking = false;
  private isAsked = false;

  constructor(
    private readonly repository: JobsRepository,
    private readonly listener: JobNotificationListener,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves when there is an event after this number, or the signal fires. */
  async more(tenantId: string, id: string, seq: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.silence ??= this.listener.on('events', () => this.look(TOGETHER_MS));
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const watcher: Watcher = { tenantId, id, seq, wake };
    this.watchers.add(watcher);
    signal.addEventListener('abort', wake, { once: true });
    // The event might have occurred before the reader started to listen.
    this.look(TOGETHER_MS);
    await promise;
    signal.removeEventListener('abort', wake);
    this.watchers.delete(watcher);
  }

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    this.silence?.();
    for (const { wake } of this.watchers) wake();
  }

  private look(afterMs: number): void {
    if (this.isLooking) {
      this.isAsked = true;
      return;
    }
    if (this.timer) {
      if (afterMs > TOGETHER_MS) return;
      clearTimeout(this.timer);
    }
    this.timer = setTimeout(() => void this.wakeThem(), afterMs);
  }

  private async wakeThem(): Promise<void> {
    this.timer = null;
    this.isLooking = true;
    this.isAsked = false;
    try {
      const watchers = [...this.watchers];
      for (let at = 0; at < watchers.length; at += AT_ONCE) {
        const some = watchers.slice(at, at + AT_ONCE);
        const newer = await this.repository.newer(some);
        for (const { id, wake } of some) if (newer.has(id)) wake();
      }
    } catch (err) {
      this.logger.debug({ err }, 'Could not search for job events; will retry');
    } finally {
      this.isLooking = false;
      if (this.watchers.size > 0) this.look(this.isAsked ? TOGETHER_MS : LOOK_EVERY_MS);
    }
  }
}
