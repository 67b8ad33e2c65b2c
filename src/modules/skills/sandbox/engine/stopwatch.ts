import type { ThreadPause } from '../../../../kernel/threads/thread-pause';
import type { StopReason } from '../thread-job';

/**
 * Enforces the limits of a run: the CPU time of its thread, including schema checks, and the wall-clock time. Also schedules the run among
 * long tasks.
 */
export class Stopwatch {
  private readonly startedAt = performance.now();
  private readonly cpuAt = process.threadCpuUsage();
  private chargedMs = 0;
  private stoppedFor: StopReason | null = null;

  /** @param cancelled shared memory; a 1 in its first element ends the run. */
  constructor(
    private readonly cancelled: Int32Array,
    private readonly limits: { readonly cpuMs: number; readonly wallMs: number },
    private readonly turn: ThreadPause,
  ) {}

  /** The reason why the run was stopped; `null` while the run is allowed to continue. */
  get why(): StopReason | null {
    return this.stoppedFor;
  }

  /** The remaining wall-clock time in milliseconds, at least 0. */
  get leftMs(): number {
    return Math.max(0, this.limits.wallMs - (performance.now() - this.startedAt));
  }

  /** Waits for the run's turn, then checks for cancellation and limits. @returns true when the code must stop. */
  isOver(): boolean {
    this.turn.waitWhilePaused();
    if (this.stoppedFor !== null) return true;
    if (Atomics.load(this.cancelled, 0) === 1) this.stoppedFor = 'cancelled';
    else if (this.leftMs === 0) this.stoppedFor = 'wall';
    else if (this.cpuMs() > this.limits.cpuMs) this.stoppedFor = 'cpu';
    return this.stoppedFor !== null;
  }

  /** Awaits work that is done outside this thread. */
  away<T>(work: Promise<T>): Promise<T> {
    return this.turn.awaitUnscheduled(work);
  }

  /** Charges the run for CPU time that was used on its behalf elsewhere. */
  charge(ms: number): void {
    this.chargedMs += ms;
  }

  private cpuMs(): number {
    const { user, system } = process.threadCpuUsage(this.cpuAt);
    return (user + system) / 1_000 + this.chargedMs;
  }
}
