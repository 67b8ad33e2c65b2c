import { isBefore, type LogPosition } from './log-position';

/** How long an event is on its way at most, besides the transactions that are older than it. */
const LOOK_EVERY_MS = 150;

/** A reader that waits for a tenant's log to go on. */
export interface Waiting {
  readonly tenantId: string;
  readonly after: LogPosition;
}

interface Waiter extends Waiting {
  readonly wake: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Tells streams when their log has gone on: one small query of this process for all of them, and none when nobody waits.
 * Writers ring no bell, for a NOTIFY makes commits wait for each other.
 */
export class LogWatch {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | null = null;

  /** @param movedOf says of which tenants the log has something behind the position, each tenant once. */
  constructor(private readonly movedOf: (waiting: readonly Waiting[]) => Promise<ReadonlySet<string>>) {}

  /** Resolves when one of these logs has something behind the position, or after `atMostMs`, or when `signal` aborts. */
  moved(tenantIds: readonly string[], after: LogPosition, atMostMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiters: Waiter[] = [];
      const over = (): void => {
        for (const waiter of waiters) this.waiters.delete(waiter);
        clearTimeout(limit);
        signal.removeEventListener('abort', wake);
      };
      const wake = (): void => {
        over();
        resolve();
      };
      const fail = (error: unknown): void => {
        over();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const limit = setTimeout(wake, atMostMs);
      signal.addEventListener('abort', wake, { once: true });
      for (const tenantId of tenantIds) waiters.push({ tenantId, after, wake, fail });
      for (const waiter of waiters) this.waiters.add(waiter);
      this.timer ??= setTimeout(() => void this.look(), LOOK_EVERY_MS);
    });
  }

  private async look(): Promise<void> {
    const asked = [...this.waiters];
    try {
      if (asked.length > 0) {
        const moved = await this.movedOf([...earliestOf(asked).values()]);
        for (const { tenantId, wake } of asked) if (moved.has(tenantId)) wake();
      }
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
    this.timer = this.waiters.size > 0 ? setTimeout(() => void this.look(), LOOK_EVERY_MS) : null;
  }
}

/** Of each log the waiter that is furthest behind. */
function earliestOf(waiters: readonly Waiter[]): ReadonlyMap<string, Waiter> {
  const earliest = new Map<string, Waiter>();
  for (const waiter of waiters) {
    const known = earliest.get(waiter.tenantId);
    if (!known || isBefore(waiter.after, known.after)) earliest.set(waiter.tenantId, waiter);
  }
  return earliest;
}
