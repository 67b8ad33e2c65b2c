import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

interface InputThrottleLimits {
  /** Part of the time that the event loop is at work, from 0 to 1, from which on the thread counts as busy. */
  readonly busyFrom: number;
  /** Bytes of one caller and second while it is busy, and while it is not. */
  readonly busyBytesPerSecond: number;
  readonly calmBytesPerSecond: number;
}

/** The time that a caller's last inputs still take. */
interface Debt {
  readonly bytes: number;
  readonly atMs: number;
}

/** Shortest period over which work is measured. */
const PERIOD_MS = 50;
/** Input that waits looks again so often: nothing says when the main thread has time again. */
export const RECHECK_MS = 20;
/** Input that a thread reads costs the main thread an eighth of JSON that it reads itself. */
export const THREAD_PARTS = 8;

/**
 * Paces the large input of each caller while the main thread is busy. A megabyte keeps the thread at work for a tenth of a second
 * until it is answered, and all smaller requests would wait that long. While the thread has time, inputs follow one another as fast
 * as it can answer them, so that the throttle sees a busy thread before too many inputs are in.
 */
export class InputThrottle {
  private last = performance.eventLoopUtilization();
  private measuredAt: number;
  private isBusy = false;
  private readonly debts = new Map<string, Debt>();

  /** @param nowMs monotonic time. @param utilization part of the last period in which the event loop was at work. */
  constructor(
    private readonly limits: InputThrottleLimits,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly utilization: () => number = () => this.sinceLast(),
  ) {
    this.measuredAt = nowMs();
  }

  /** Returns whether a large input of a caller, its tenant or address, may come in now. */
  isAllowed(caller: string): boolean {
    const now = this.nowMs();
    if (now - this.measuredAt >= PERIOD_MS) this.measure(now);
    // The rest of a debt is done before the caller looks again.
    return this.debtOf(caller, now) <= this.bytesIn(RECHECK_MS);
  }

  /** Resolves when a large input of a caller may come in, and counts it. Errors: the signal's reason. */
  async admit(caller: string, bytes: number, over: AbortSignal): Promise<void> {
    while (!this.isAllowed(caller)) {
      await sleep(RECHECK_MS);
      over.throwIfAborted();
    }
    this.take(caller, bytes);
  }

  /** Counts an input that came in. */
  take(caller: string, bytes: number): void {
    const now = this.nowMs();
    const debt = this.debtOf(caller, now) + bytes;
    for (const other of this.debts.keys()) if (this.debtOf(other, now) === 0) this.debts.delete(other);
    this.debts.set(caller, { bytes: debt, atMs: now });
  }

  private measure(now: number): void {
    const isBusy = this.utilization() >= this.limits.busyFrom;
    // The time until now counts at the pace of until now.
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

/** The pace of this process: its surfaces share one main thread. */
export const inputThrottle = new InputThrottle({
  busyFrom: 0.35,
  busyBytesPerSecond: 512 * 1_024,
  calmBytesPerSecond: 4 * 1_024 * 1_024,
});
