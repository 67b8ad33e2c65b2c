import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

interface BusyPaceLimits {
  /** Part of the time that the event loop is at work, from 0 to 1, from which on the thread counts as busy. */
  readonly busyFrom: number;
  /** Bytes of one caller and second while it is busy. */
  readonly bytesPerSecond: number;
}

/** Shortest period over which work is measured. */
const PERIOD_MS = 50;
/** Input that waits looks again so often: nothing says when the main thread has time again. */
export const LOOK_AGAIN_MS = 20;
/** Input that a thread reads costs the main thread an eighth of JSON that it reads itself. */
export const THREAD_PARTS = 8;

/**
 * Paces the large input of each caller while the main thread is busy: a megabyte keeps it at work for a tenth of a second until
 * it is answered, for which all smaller requests would wait. While the thread has time, everything comes in at once.
 */
export class BusyPace {
  private last = performance.eventLoopUtilization();
  private measuredAt: number;
  private isBusy = false;
  /** When the next input of a caller may come in. */
  private readonly nextAt = new Map<string, number>();

  /** @param nowMs monotonic time. @param utilization part of the last period in which the event loop was at work. */
  constructor(
    private readonly limits: BusyPaceLimits,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly utilization: () => number = () => this.sinceLast(),
  ) {
    this.measuredAt = nowMs();
  }

  /** Returns whether a large input of a caller, its tenant or address, may come in now. */
  mayCome(caller: string): boolean {
    const now = this.nowMs();
    if (now - this.measuredAt >= PERIOD_MS) {
      this.isBusy = this.utilization() >= this.limits.busyFrom;
      this.measuredAt = now;
    }
    return !this.isBusy || (this.nextAt.get(caller) ?? 0) <= now;
  }

  /** Resolves when a large input of a caller may come in, and counts it. Errors: the signal's reason. */
  async comeIn(caller: string, bytes: number, over: AbortSignal): Promise<void> {
    while (!this.mayCome(caller)) {
      await sleep(LOOK_AGAIN_MS);
      over.throwIfAborted();
    }
    this.take(caller, bytes);
  }

  /** Counts an input that came in. */
  take(caller: string, bytes: number): void {
    const now = this.nowMs();
    const next = Math.max(this.nextAt.get(caller) ?? 0, now) + (bytes / this.limits.bytesPerSecond) * 1_000;
    for (const [key, at] of this.nextAt) if (at <= now) this.nextAt.delete(key);
    this.nextAt.set(caller, next);
  }

  private sinceLast(): number {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, this.last);
    this.last = current;
    return utilization;
  }
}

/** The pace of this process: its surfaces share one main thread. */
export const busyPace = new BusyPace({ busyFrom: 0.35, bytesPerSecond: 1_024 * 1_024 });
