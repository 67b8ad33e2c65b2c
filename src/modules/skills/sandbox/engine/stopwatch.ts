import { FLAGS, type StopReason } from '../thread-job';

/** Limits of a run; it also tells the thread's owner how long code has been running, in memory that both see. */
export class Stopwatch {
  private readonly startedAt = performance.now();
  private readonly cpuAt = process.threadCpuUsage();
  private chargedMs = 0;
  private enteredAt = 0;
  private stoppedFor: StopReason | null = null;

  constructor(
    private readonly flags: Int32Array,
    private readonly limits: { readonly cpuMs: number; readonly wallMs: number },
  ) {}

  /** Why the run was stopped; `null` while it may go on. */
  get why(): StopReason | null {
    return this.stoppedFor;
  }

  /** Milliseconds of wall clock that are left, from 0 on. */
  get leftMs(): number {
    return Math.max(0, this.limits.wallMs - (performance.now() - this.startedAt));
  }

  /** Looks at cancellation and limits. @returns whether the code must not go on. */
  isOver(): boolean {
    if (this.stoppedFor !== null) return true;
    if (Atomics.load(this.flags, FLAGS.cancelled) === 1) this.stoppedFor = 'cancelled';
    else if (this.leftMs === 0) this.stoppedFor = 'wall';
    else if (this.cpuMs() > this.limits.cpuMs) this.stoppedFor = 'cpu';
    return this.stoppedFor !== null;
  }

  /** Counts processor time that was used elsewhere for this run. */
  charge(ms: number): void {
    this.chargedMs += ms;
  }

  /** Code runs from now on, until {@link leave}. */
  enter(): void {
    this.enteredAt = performance.now();
    Atomics.store(this.flags, FLAGS.busySince, Math.floor(this.enteredAt - this.startedAt) + 1);
  }

  leave(): void {
    Atomics.add(this.flags, FLAGS.busyBefore, Math.ceil(performance.now() - this.enteredAt));
    Atomics.store(this.flags, FLAGS.busySince, 0);
  }

  private cpuMs(): number {
    const { user, system } = process.threadCpuUsage(this.cpuAt);
    return (user + system) / 1_000 + this.chargedMs;
  }
}
