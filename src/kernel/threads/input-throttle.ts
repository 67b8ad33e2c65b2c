import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

interface InputThrottleLimits {
  /** Event loop utilization, from 0 to 1, at or above which the thread counts as busy. */
  readonly busyFrom: number;
  /** Bytes per second for one caller while the thread is busy, and while it is not. */
  readonly busyBytesPerSecond: number;
  readonly calmBytesPerSecond: number;
}

/** The part of a caller's input that has not been processed yet. */
interface Debt {
  readonly bytes: number;
  readonly atMs: number;
}

/** Minimum period over which utilization is measured. */
const PERIOD_MS = 50;
/** Interval at which waiting input is checked again, because an idle main thread emits no event. */
export const RECHECK_MS = 20;
/** Input that a worker thread reads costs the main thread an eighth of the time that JSON costs when the main thread reads it. */
export const THREAD_PARTS = 8;

/**
 * Throttles the large inputs of each caller while the main thread is busy. A megabyte occupies the thread for a tenth of a second before
 * the response is sent, and all smaller requests would wait that long. While the thread has time, inputs follow one another as fast as the
 * thread can process them, so that the throttle notices a busy thread before it admits too many inputs.
 */
export class InputThrottle {
  private last = performance.eventLoopUtilization();
  private measuredAt: number;
  private isBusy = false;
  private readonly debts = new Map<string, Debt>();

  /** @param nowMs monotonic time. @param utilization returns the event loop utilization in the last period. */
  constructor(
    private readonly limits: InputThrottleLimits,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly utilization: () => number = () => this.sinceLast(),
  ) {
    this.measuredAt = nowMs();
  }

  /** Returns whether a caller's large input can be admitted now. The caller is a tenant or an address. */
  isAllowed(caller: string): boolean {
    const now = this.nowMs();
    if (now - this.measuredAt >= PERIOD_MS) this.measure(now);
    // The rest of a debt is processed before the caller checks again.
    return this.debtOf(caller, now) <= this.bytesIn(RECHECK_MS);
  }

  /** Resolves when a caller's large input can be admitted, and counts the input. Errors: the signal's reason. */
  async admit(caller: string, bytes: number, over: AbortSignal): Promise<void> {
    while (!this.isAllowed(caller)) {
      await sleep(RECHECK_MS);
      over.throwIfAborted();
    }
    this.take(caller, bytes);
  }

  /** Counts an admitted input. */
  take(caller: string, bytes: number): void {
    const now = this.nowMs();
    const debt = this.debtOf(caller, now) + bytes;
    for (const other of this.debts.keys()) if (this.debtOf(other, now) === 0) this.debts.delete(other);
    this.debts.set(caller, { bytes: debt, atMs: now });
  }

  private measure(now: number): void {
    const isBusy = this.utilization() >= this.limits.busyFrom;
    // The time until now counts at the previous rate.
    if (isBusy !== this.isBusy) {
      for (const caller of this.debts.keys()) this.debts.set(caller, { bytes: this.debtOf(caller, now), atMs: now });
    }
    this.isBusy = isBusy;
    this.measuredAt = now;
  }

  private debtOf(caller: string, now: number): number {
    const { bytes, atMs } = this.debts.get(caller) ?? { bytes: 0, atMs: now };
    return Math.max(0, bytes - this.bytesIn(now - atMs));
  }

  private bytesIn(ms: number): number {
    const { busyBytesPerSecond, calmBytesPerSecond } = this.limits;
    return (ms / 1_000) * (this.isBusy ? busyBytesPerSecond : calmBytesPerSecond);
  }

  private sinceLast(): number {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, this.last);
    this.last = current;
    return utilization;
  }
}

/** The throttle of this process. All its surfaces share one main thread. */
export const inputThrottle = new InputThrottle({
  busyFrom: 0.35,
  busyBytesPerSecond: 512 * 1_024,
  calmBytesPerSecond: 4 * 1_024 * 1_024,
});
