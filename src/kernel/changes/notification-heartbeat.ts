import type { Gauge } from 'prom-client';

/** PostgreSQL channel for the heartbeat; its notifications do not trigger a read. */
export const HEARTBEAT_CHANNEL = 'changes_heartbeat';
export const SEND_HEARTBEAT = `SELECT pg_notify('${HEARTBEAT_CHANNEL}', '')`;

const SEND_EVERY_MS = 5_000;
const SILENT_AFTER_MS = 10_000;

/**
 * Proves that this process receives notifications from the database. A pooler that does not keep sessions accepts LISTEN but never delivers
 * a notification, so changes arrive only with the next read, up to a second later. Every five seconds, each process sends a notification
 * over a connection from its pool, and expects to receive one from itself or another process.
 */
export class NotificationHeartbeat {
  private sentAtMs = Number.NEGATIVE_INFINITY;
  private isSending = false;
  /** The time at which the first unreceived notification was sent; `null` if a notification has arrived since then. */
  private unansweredSinceMs: number | null = null;

  /** @param silence reports the number of seconds without a notification. @param nowMs monotonic time. */
  constructor(
    private readonly silence?: Gauge,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Sends a notification when one is due. While the database is unavailable, no notification is sent or expected. */
  async beat(send: () => Promise<unknown>): Promise<void> {
    this.silence?.set(this.silentMs() / 1_000);
    if (this.isSending || this.nowMs() - this.sentAtMs < SEND_EVERY_MS) return;
    this.isSending = true;
    this.sentAtMs = this.nowMs();
    const isFirst = this.unansweredSinceMs === null;
    // Set first, because the notification may arrive before the response to the statement.
    this.unansweredSinceMs ??= this.nowMs();
    try {
      await send();
    } catch {
      if (isFirst) this.unansweredSinceMs = null;
    } finally {
      this.isSending = false;
    }
  }

  received(): void {
    this.unansweredSinceMs = null;
  }

  /** Returns a message for operators while notifications do not arrive; otherwise `null`. */
  fault(): string | null {
    if (this.silentMs() < SILENT_AFTER_MS) return null;
    const seconds = Math.round(this.silentMs() / 1_000);
    return `change feed: no notification arrived for ${seconds} s, so revocations take up to a second; connect without a pooler, or set pool_mode to session`;
  }

  private silentMs(): number {
    return this.unansweredSinceMs === null ? 0 : this.nowMs() - this.unansweredSinceMs;
  }
}
