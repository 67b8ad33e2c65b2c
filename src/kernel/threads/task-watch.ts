import type { Worker } from 'node:worker_threads';
import type { StopReason } from './task-stopped';

/**
 * CPU time that a canceled task can still use, and the time for which it can continue without using CPU time, before its thread is
 * terminated.
 */
const CANCEL_CPU_MS = 80;
const CANCEL_WALL_MS = 1_000;
/** CPU time after which a task takes turns with other tasks, and after which it counts as long. */
const TURNS_CPU_MS = 50;
const LONG_CPU_MS = 250;
/** Minimum time between two checks. */
const LEAST_LOOK_MS = 10;
/**
 * A thread that does not respond to queries for its CPU time is busy in native code that cannot be interrupted, or does not get any CPU
 * time from the machine. It is terminated after a silence of this many budgets, but not before the minimum silence, so that a task is not
 * stopped only because the machine is busy.
 */
const SILENT_BUDGETS = 20;
const LEAST_SILENCE_MS = 30_000;
const MICROS_PER_MS = 1_000;

/** Limits of a task, in milliseconds. Without `wallMs`, there is no wall-clock limit. */
export interface TaskLimits {
  readonly cpuMs: number;
  readonly wallMs?: number;
}

/** An amount of CPU time, and the callback that is called when the task has used it. */
interface Mark {
  readonly cpuMs: number;
  readonly tell: () => void;
}

interface WatchListener {
  /** Called once, with the limit that was exceeded. */
  passed(reason: StopReason): void;
  /** Called once, when the task has used enough CPU time to take turns with other tasks. */
  takesTurns(): void;
  /** Called once, when the task has used enough CPU time to count as long. */
  isLong(): void;
}

/**
 * Watches the CPU time of one task from outside its thread. CPU time grows no faster than the wall clock, so the next check is due only
 * when the rest of the budget could have been used.
 */
export class TaskWatch {
  private readonly startedAt = performance.now();
  private baseMicros: number | null = null;
  private usedMicros = 0;
  private askedAt: number | null = null;
  private cancelledAt: number | null = null;
  /** CPU time of the task at its cancellation, once the thread has reported it. */
  private cpuMsAtCancel: number | null = null;
  private timer: NodeJS.Timeout | null = null;
  private marks: readonly Mark[];
  private isClosed = false;

  constructor(
    private readonly worker: Worker,
    private readonly limits: TaskLimits,
    private readonly listener: WatchListener,
  ) {
    this.marks = [
      { cpuMs: TURNS_CPU_MS, tell: () => listener.takesTurns() },
      { cpuMs: LONG_CPU_MS, tell: () => listener.isLong() },
    ];
    this.lookLater();
  }

  /** Last known CPU time of the task. */
  get cpuMs(): number {
    return this.usedMicros / MICROS_PER_MS;
  }

  /**
   * Marks the beginning of the task at this CPU time of its thread. Before that, the thread starts and loads code, which does not count
   * toward the task's limits.
   */
  begun(threadMicros: number): void {
    this.baseMicros = threadMicros;
  }

  used(threadMicros: number): void {
    if (this.baseMicros !== null) this.usedMicros = Math.max(this.usedMicros, threadMicros - this.baseMicros);
  }

  /** Cancels the task because its result is no longer needed. The task has a moment to end on its own. */
  cancel(): void {
    this.cancelledAt ??= performance.now();
    if (this.askedAt === null) this.ask();
    this.lookLater();
  }

  close(): void {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private lookLater(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.isClosed) return;
    this.timer = setTimeout(() => this.look(), Math.max(LEAST_LOOK_MS, this.untilLimit())).unref();
  }

  /** Returns the number of milliseconds before which no limit or mark can be exceeded. */
  private untilLimit(): number {
    const now = performance.now();
    const cpu = this.limits.cpuMs - this.cpuMs;
    const wall = this.limits.wallMs === undefined ? cpu : this.startedAt + this.limits.wallMs - now;
    return Math.min(
      cpu,
      wall,
      this.cancelledAt === null ? cpu : this.cancelledAt + CANCEL_WALL_MS - now,
      this.untilCancelled(),
      (this.marks[0]?.cpuMs ?? Number.POSITIVE_INFINITY) - this.cpuMs,
    );
  }

  /** Returns the number of milliseconds before which a canceled task cannot have exceeded its limit. */
  private untilCancelled(): number {
    if (this.cpuMsAtCancel === null) return Number.POSITIVE_INFINITY;
    return this.cpuMsAtCancel + CANCEL_CPU_MS - this.cpuMs;
  }

  private look(): void {
    const reason = this.passedLimit(performance.now());
    if (reason !== null) {
      this.close();
      this.listener.passed(reason);
      return;
    }
    const passed = this.marks.filter(({ cpuMs }) => this.cpuMs >= cpuMs);
    this.marks = this.marks.slice(passed.length);
    for (const { tell } of passed) tell();
    if (this.askedAt === null && this.baseMicros !== null) this.ask();
    this.lookLater();
  }

  private passedLimit(now: number): StopReason | null {
    const { cpuMs, wallMs } = this.limits;
    const isLate = this.cancelledAt !== null && now - this.cancelledAt >= CANCEL_WALL_MS;
    if (isLate || this.untilCancelled() <= 0) return 'cancelled';
    if (this.cpuMs > cpuMs) return 'cpu';
    if (wallMs !== undefined && now - this.startedAt > wallMs) return 'wall';
    const isSilent = this.askedAt !== null && now - this.askedAt > Math.max(LEAST_SILENCE_MS, SILENT_BUDGETS * cpuMs);
    return isSilent ? 'cpu' : null;
  }

  private ask(): void {
    this.askedAt = performance.now();
    this.worker.cpuUsage().then(
      ({ user, system }) => {
        this.askedAt = null;
        this.used(user + system);
        if (this.cancelledAt === null) return;
        this.cpuMsAtCancel ??= this.cpuMs;
        this.lookLater();
      },
      // The thread has ended, which the pool detects from its exit.
      () => undefined,
    );
  }
}
