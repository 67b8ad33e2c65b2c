import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { NotificationsRepository } from './storage/notifications.repository';

/** The kind of notification: a job is ready to run, an event was written, or a running job must end. */
export type JobNotification = 'ready' | 'events' | 'stop';

/** The time after a notification during which further notifications are merged. */
const TOGETHER_MS = 5;

/**
 * Notifies the other processes of new data. Frequent notifications are merged, and a lost notification only delays readers until their next
 * poll. Notifications are sent after the commit, so that no write waits for them.
 */
@Injectable()
export class JobNotifier {
  private readonly rung = new Set<JobNotification>();
  private timer: NodeJS.Timeout | null = null;
  private rungAt = 0;

  constructor(
    private readonly repository: NotificationsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  notify(bell: JobNotification): void {
    this.rung.add(bell);
    const waitMs = Math.max(0, this.rungAt + TOGETHER_MS - performance.now());
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.rungAt = performance.now();
      const bells = [...this.rung];
      this.rung.clear();
      this.repository.notify(bells).catch((err: unknown) => {
        this.logger.debug({ err }, 'Could not send a job notification; the listeners poll soon');
      });
    }, waitMs);
  }

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}
