import type { Gauge } from 'prom-client';

/** PostgreSQL channel of the heartbeat; nothing is read because of it. */
export const HEARTBEAT_CHANNEL = 'changes_heartbeat';
export const SEND_HEARTBEAT = `SELECT pg_notify('${HEARTBEAT_CHANNEL}', '')`;

const SEND_EVERY_MS = 5_000;
const SILENT_AFTER_MS = 10_000;

/**
 * Proves that this process receives notifications of the database. A pooler that does not keep sessions accepts LISTEN and never
 * delivers anything, so that changes arrive by the next read alone, up to a second later. Each process sends a notification every
 * five seconds, on a connection of its pool, and expects to receive one, its own or another's.
 */
export class NotificationHeartbeat {
  private sentAtMs = Number.NEGATIVE_INFINITY;
  private isSending = false;
  /** When the first notification was sent of those that nothing followed; `null` when one has been received since. */
  private unansweredSinceMs: number | null = null;

  /** @param silence shows for how many seconds none has arrived. @param nowMs monotonic time. */
  constructor(
    private readonly silence?: Gauge,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Sends a notification when it is time for one. While the database is away, none is sent and none is missed. */
  async beat(send: () => Promise<unknown>): Promise<void> {
    this.silence?.set(this.silentMs() / 1_000);
    if (this.isSending || this.nowMs() - this.sentAtMs < SEND_EVERY_MS) return;
    this.isSending = true;
    this.sentAtMs = this.nowMs();
    const isFirst = this.unansweredSinceMs === null;
    // First, because it may be received before the answer to the statement is.
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

  /** Returns a sentence for operators while notifications do not arrive; `null` while they do. */
  fault(): string | null {
    if (this.silentMs() < SILENT_AFTER_MS) return null;
    const seconds = Math.round(this.silentMs() / 1_000);
    return `change feed: no notification arrived for ${seconds} s, so revocations take up to a second; connect without a pooler, or set its pool_mode to session`;
  }

  private silentMs(): number {
    return this.unansweredSinceMs === null ? 0 : this.nowMs() - this.unansweredSinceMs;
  }
}
