import { RegoError, type RegoLocation } from '../errors.js';
import type { CompileLimits } from '../policy-engine.js';

export const DEFAULT_COMPILE_LIMITS: CompileLimits = {
  maxSourceBytes: 1024 * 1024,
  maxRules: 20_000,
  maxNesting: 128,
  deadlineMs: 5_000,
};

/**
 * The maximum number of elements in a rule's path, including its package. Documents are not nested more deeply, so walks over the rule tree
 * can recurse.
 */
export const MAX_PATH_ELEMENTS = 256;

const TICKS_BETWEEN_CLOCK_READS = 512;

/** An error that stops a compilation from within. Only `compileModules` and `compileQuery` catch it. */
export class CompileStopped extends Error {
  constructor(readonly error: RegoError) {
    super(error.message);
    this.name = 'CompileStopped';
  }
}

/** The time left for one compilation. */
export class CompileClock {
  private ticks = 0;
  private readonly endsAt: number;

  constructor(private readonly deadlineMs: number) {
    this.endsAt = performance.now() + deadlineMs;
  }

  /** Checks the deadline. Call it once per unit of work of at most a few microseconds. */
  tick(): void {
    if (++this.ticks % TICKS_BETWEEN_CLOCK_READS === 0 && performance.now() > this.endsAt) {
      throw stopped(`the compilation took longer than ${this.deadlineMs} ms: split the policy or make it smaller`);
    }
  }
}

export function stopped(message: string, location?: RegoLocation): CompileStopped {
  return new CompileStopped(new RegoError('rego_compile_error', message, location));
}
