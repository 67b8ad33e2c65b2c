/**
 * Maximum delay between the time when an event gets its number and the time when its readers receive it. A check reads one small row per
 * log.
 */
const LOOK_EVERY_MS = 60;

/** A reader that waits until a tenant's log grows beyond a number. */
export interface Waiting {
  readonly tenantId: string;
  readonly after: number;
}

interface Waiter extends Waiting {
  readonly wake: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Notifies streams when their log has grown. The process runs one small query for all streams, and only while streams are waiting.
 * Writers do not send NOTIFY, because it makes commits wait for each other.
 */
export class LogWatch {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | null = null;

  /** @param movedOf returns the tenants whose log has grown beyond their number. */
  constructor(private readonly movedOf: (waiting: readonly Waiting[]) => Promise<ReadonlySet<string>>) {}

  /** Resolves when one of these logs has grown beyond its number, after `atMostMs`, or when `signal` aborts. */
  moved(logs: readonly Waiting[], atMostMs: number, signal: AbortSignal): Promise<void> {
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
      for (const log of logs) waiters.push({ ...log, wake, fail });
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

/** Returns the waiter that is furthest behind in each log. */
function earliestOf(waiters: readonly Waiter[]): ReadonlyMap<string, Waiter> {
  const earliest = new Map<string, Waiter>();
  for (const waiter of waiters) {
    const known = earliest.get(waiter.tenantId);
    if (!known || waiter.after < known.after) earliest.set(waiter.tenantId, waiter);
  }
  return earliest;
}
