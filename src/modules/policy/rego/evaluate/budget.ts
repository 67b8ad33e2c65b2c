import { LimitExceeded } from '../errors';

export interface BudgetLimits {
  /** Milliseconds of wall time from the start of the evaluation. */
  readonly deadlineMs: number;
  /** Evaluation steps: expressions, iterations, and units of work of built-in functions. */
  readonly maxSteps: number;
  /** Bytes of values made, counted when made and not given back. */
  readonly maxBytes: number;
  /** Calls of rules and functions within each other. */
  readonly maxDepth: number;
}

export const DEFAULT_LIMITS: BudgetLimits = {
  deadlineMs: 200,
  maxSteps: 20_000_000,
  maxBytes: 256 * 1024 * 1024,
  maxDepth: 1_000,
};

/** Every limit: the given ones, and the defaults for the others. */
export function limitsOf(given: Partial<BudgetLimits> | undefined): BudgetLimits {
  if (given === undefined) {
    return DEFAULT_LIMITS;
  }
  const {
    deadlineMs = DEFAULT_LIMITS.deadlineMs,
    maxSteps = DEFAULT_LIMITS.maxSteps,
    maxBytes = DEFAULT_LIMITS.maxBytes,
    maxDepth = DEFAULT_LIMITS.maxDepth,
  } = given;
  return { deadlineMs, maxSteps, maxBytes, maxDepth };
}

const STEPS_BETWEEN_CLOCK_READS = 1_024;

/** What one evaluation may still use. Every method throws `LimitExceeded` when it is used up. */
export class Budget {
  private steps = 0;
  private bytes = 0;
  private nextClockRead = STEPS_BETWEEN_CLOCK_READS;
  private readonly endsAt: number;

  constructor(readonly limits: BudgetLimits = DEFAULT_LIMITS) {
    this.endsAt = performance.now() + limits.deadlineMs;
  }

  /** Counts units of work, each about as dear as visiting one element (some 50 ns to 1 µs). */
  step(count = 1): void {
    this.steps += count;
    if (this.steps >= this.nextClockRead) {
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

  /** Milliseconds left until the deadline; built-in functions that cannot be interrupted size their work by it. */
  remainingMs(): number {
    return this.endsAt - performance.now();
  }

  private check(): void {
    this.nextClockRead = this.steps + STEPS_BETWEEN_CLOCK_READS;
    if (this.steps > this.limits.maxSteps) {
      throw new LimitExceeded('steps', `the evaluation took more than ${this.limits.maxSteps} steps`);
    }
    if (this.remainingMs() <= 0) {
      throw new LimitExceeded('deadline', `the evaluation took longer than ${this.limits.deadlineMs} ms`);
    }
  }
}
