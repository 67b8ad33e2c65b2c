import type { ThreadPause } from '../../../../kernel/threads/thread-pause';
import type { StopReason } from '../thread-job';

/** Limits of a run: CPU time of its thread, schema checks included, and wall clock; and its turns among long tasks. */
export class Stopwatch {
  private readonly startedAt = performance.now();
  private readonly cpuAt = process.threadCpuUsage();
  private chargedMs = 0;
  private stoppedFor: StopReason | null = null;

  /** @param cancelled memory that both sides see: 1 in its first place ends the run. */
  constructor(
    private readonly cancelled: Int32Array,
    private readonly limits: { readonly cpuMs: number; readonly wallMs: number },
    private readonly turn: ThreadPause,
  ) {}

  /** Why the run was stopped; `null` while it may go on. */
  get why(): StopReason | null {
    return this.stoppedFor;
  }

  /** Milliseconds of wall clock that are left, from 0 on. */
  get leftMs(): number {
    return Math.max(0, this.limits.wallMs - (performance.now() - this.startedAt));
  }

  /** Waits until it is the run's turn, then looks at cancellation and limits. @returns whether the code must not go on. */
  isOver(): boolean {
    this.turn.waitWhilePaused();
    if (this.stoppedFor !== null) return true;
    if (Atomics.load(this.cancelled, 0) === 1) this.stoppedFor = 'cancelled';
    else if (this.leftMs === 0) this.stoppedFor = 'wall';
    else if (this.cpuMs() > this.limits.cpuMs) this.stoppedFor = 'cpu';
    return this.stoppedFor !== null;
  }

  /** Awaits something that is not computed here. */
  away<T>(work: Promise<T>): Promise<T> {
    return this.turn.awaitUnscheduled(work);
  }

  /** Counts processor time that was used elsewhere for this run. */
  charge(ms: number): void {
    this.chargedMs += ms;
  }

  private cpuMs(): number {
    const { user, system } = process.threadCpuUsage(this.cpuAt);
    return (user + system) / 1_000 + this.chargedMs;
  }
}
