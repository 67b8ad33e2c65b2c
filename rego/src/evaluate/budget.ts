import { LimitExceeded } from '../errors.js';

export interface BudgetLimits {
  /** Milliseconds of wall time from the start of the evaluation: how long its caller waits. */
  readonly deadlineMs: number;
  /** Milliseconds of processor time of this thread. No limit by default. */
  readonly cpuMs: number;
  /** Evaluation steps: expressions, iterations, and units of work of built-in functions. */
  readonly maxSteps: number;
  /** Bytes of values made, counted when made and not given back. */
  readonly maxBytes: number;
  /** Calls of rules and functions within each other. */
  readonly maxDepth: number;
}

export const DEFAULT_LIMITS: BudgetLimits = {
  deadlineMs: 200,
  cpuMs: Number.POSITIVE_INFINITY,
  maxSteps: 20_000_000,
  maxBytes: 256 * 1024 * 1024,
  maxDepth: 1_000,
};

/** A step is worth a microsecond at most, on a slow machine and in code that is not optimized yet; usually a tenth of it. */
export const STEPS_PER_MS = 1_000;

/** Every limit: the given ones, and the defaults for the others. */
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
/** Work that cannot be interrupted may end so much after its time. */
const GRACE_MS = 10;
/**
 * Work that takes less is not worth a look at the clock, which itself costs a quarter of a microsecond here: its steps end
 * the evaluation. Nor is a small policy denied because others had the processor.
 */
const NEGLIGIBLE_MS = 0.01;

/** The remaining resources of one evaluation, or of several together. Methods that count throw `LimitExceeded` when they are used up. */
export class Budget {
  private steps = 0;
  private bytes = 0;
  private nextCheck: number;
  private readonly endsAt: number | null;
  private readonly cpuEndsAt: number | null;

  constructor(readonly limits: BudgetLimits = DEFAULT_LIMITS) {
    this.nextCheck = Math.min(STEPS_BETWEEN_CHECKS, limits.maxSteps);
    // The clocks are read only where there is a limit: each reading is a part of a small decision.
    this.endsAt = isLimit(limits.deadlineMs) ? performance.now() + limits.deadlineMs : null;
    this.cpuEndsAt = isLimit(limits.cpuMs) ? threadCpuMs() + limits.cpuMs : null;
  }

  /** Steps counted so far. */
  get usedSteps(): number {
    return this.steps;
  }

  /** Counts units of work, each about as dear as visiting one element (some 50 ns to 1 µs). */
  step(count = 1): void {
    this.steps += count;
    if (this.steps > this.nextCheck) {
      this.check();
    }
  }

  /** Counts bytes about to be made, before they are. */
  allocate(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.maxBytes) {
      throw new LimitExceeded('memory', `the evaluation made more than ${this.limits.maxBytes} bytes of values`);
    }
  }

  /** Counts work that cannot be ended once begun (a library's, or a parser's), before it is begun. Refuses it when it would not be done in time. */
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

/** Processor time of this thread in milliseconds; time that passes, where the platform does not tell: browsers, Node before 23.9. */
function threadCpuMs(): number {
  if (typeof process === 'undefined' || typeof process.threadCpuUsage !== 'function') {
    return performance.now();
  }
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
