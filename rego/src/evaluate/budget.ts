import { LimitExceeded } from '../errors.js';

export interface BudgetLimits {
  /** Milliseconds of wall time from the start of the evaluation: the longest time that its caller waits. */
  readonly deadlineMs: number;
  /** Milliseconds of processor time of this thread. Unlimited by default. */
  readonly cpuMs: number;
  /** Evaluation steps: expressions, iterations, and units of work of built-in functions. */
  readonly maxSteps: number;
  /** Bytes of created values. Counted on creation and never refunded. */
  readonly maxBytes: number;
  /** Nested calls to rules and functions. */
  readonly maxDepth: number;
}

export const DEFAULT_LIMITS: BudgetLimits = {
  deadlineMs: 200,
  cpuMs: Number.POSITIVE_INFINITY,
  maxSteps: 20_000_000,
  maxBytes: 256 * 1024 * 1024,
  maxDepth: 1_000,
};

/** A step takes at most a microsecond, even on a slow machine and in code that is not optimized yet. It usually takes a tenth of that. */
export const STEPS_PER_MS = 1_000;

/** Returns all limits: the given limits, and defaults for the others. */
export function limitsOf(given: Partial<BudgetLimits> | undefined): BudgetLimits {
  if (given === undefined) {
    return DEFAULT_LIMITS;
  }
  const {
    deadlineMs = DEFAULT_LIMITS.deadlineMs,
    cpuMs = DEFAULT_LIMITS.cpuMs,
    maxSteps = DEFAULT_LIMITS.maxSteps,
    maxBytes = DEFAULT_LIMITS.maxBytes,
    maxDepth = DEFAULT_LIMITS.maxDepth,
  } = given;
  return { deadlineMs, cpuMs, maxSteps, maxBytes, maxDepth };
}

const STEPS_BETWEEN_CHECKS = 1_024;
/** The maximum time by which uninterruptible work can exceed the deadline. */
const GRACE_MS = 10;
/**
 * Work that takes less time does not justify reading the clock, which itself takes a quarter of a microsecond here. Only its steps can stop
 * the evaluation. This also prevents evaluations of small policies from failing when other work uses the processor.
 */
const NEGLIGIBLE_MS = 0.01;

/**
 * The remaining resources of one evaluation, or of several evaluations together. The counting methods throw `LimitExceeded` if the
 * resources are used up.
 */
export class Budget {
  private steps = 0;
  private bytes = 0;
  private nextCheck: number;
  private readonly endsAt: number | null;
  private readonly cpuEndsAt: number | null;

  constructor(readonly limits: BudgetLimits = DEFAULT_LIMITS) {
    this.nextCheck = Math.min(STEPS_BETWEEN_CHECKS, limits.maxSteps);
    // Reads a clock only if there is a limit, since each reading is a significant part of the cost of a small decision.
    this.endsAt = isLimit(limits.deadlineMs) ? performance.now() + limits.deadlineMs : null;
    this.cpuEndsAt = isLimit(limits.cpuMs) ? threadCpuMs() + limits.cpuMs : null;
  }

  /** The number of steps counted so far. */
  get usedSteps(): number {
    return this.steps;
  }

  /** Counts units of work, each about as expensive as visiting one element (50 ns to 1 µs). */
  step(count = 1): void {
    this.steps += count;
    if (this.steps > this.nextCheck) {
      this.check();
    }
  }

  /** Counts bytes before they are allocated. */
  allocate(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.maxBytes) {
      throw new LimitExceeded('memory', `the evaluation created more than ${this.limits.maxBytes} bytes of values`);
    }
  }

  /**
   * Counts work that cannot be interrupted once started (in a library or parser). Call it before the work starts. Throws if the work would
   * not finish in time.
   */
  reserve(estimatedMs: number): void {
    this.step(Math.ceil(estimatedMs * STEPS_PER_MS));
    if (estimatedMs > NEGLIGIBLE_MS) {
      this.checkClocks(estimatedMs - GRACE_MS);
    }
  }

  private check(): void {
    const { maxSteps } = this.limits;
    this.nextCheck = Math.min(this.steps + STEPS_BETWEEN_CHECKS, maxSteps);
    if (this.steps > maxSteps) {
      throw new LimitExceeded('steps', `the evaluation took more than ${maxSteps} steps`);
    }
    this.checkClocks(0);
  }

  private checkClocks(neededMs: number): void {
    const { deadlineMs, cpuMs } = this.limits;
    if (this.endsAt !== null && this.endsAt - performance.now() <= neededMs) {
      throw new LimitExceeded('deadline', `the evaluation took longer than ${deadlineMs} ms`);
    }
    if (this.cpuEndsAt !== null && this.cpuEndsAt - threadCpuMs() <= neededMs) {
      throw new LimitExceeded('cpu', `the evaluation took more than ${cpuMs} ms of processor time`);
    }
  }
}

function isLimit(ms: number): boolean {
  return ms < Number.MAX_SAFE_INTEGER;
}

/**
 * Returns the processor time of this thread in milliseconds. Returns the elapsed time on platforms that do not report processor time:
 * browsers, and Node before 23.9.
 */
function threadCpuMs(): number {
  if (typeof process === 'undefined' || typeof process.threadCpuUsage !== 'function') {
    return performance.now();
  }
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
