import type { BuiltinContext } from '../builtins/builtin.js';
import { LimitExceeded } from '../errors.js';
import type { EvaluateOptions, EvaluationTrace } from '../policy-engine.js';
import { payVisits } from '../values/depth.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { Budget, DEFAULT_LIMITS, limitsOf } from './budget.js';
import { Scope } from './scope.js';

const NANOS_PER_MILLISECOND = 1_000_000n;

/** The facts about a query, for use by built-in functions. Reads the clock on first use, once per query. */
class QueryContext implements BuiltinContext {
  readonly print: ((line: string) => void) | undefined;
  private cache: Map<string, unknown> | undefined;
  private now: bigint | undefined;

  constructor(
    readonly budget: Budget,
    private readonly hosts: readonly string[],
    private readonly options: EvaluateOptions,
  ) {
    this.now = options.nowNanos;
    this.print = options.print;
  }

  get allowedHosts(): readonly string[] {
    this.options.onOutside?.();
    return this.hosts;
  }

  get runtime(): Value {
    this.options.onOutside?.();
    return this.options.runtime ?? RegoObject.EMPTY;
  }

  get queryCache(): Map<string, unknown> {
    return (this.cache ??= new Map());
  }

  get nowNanos(): bigint {
    this.options.onOutside?.();
    return (this.now ??= BigInt(Date.now()) * NANOS_PER_MILLISECOND);
  }

  randomBytes(size: number): Uint8Array {
    this.options.onOutside?.();
    return crypto.getRandomValues(new Uint8Array(size));
  }

  /** The evaluator handles these calls itself, since it knows the calling rule. */
  metadataChain(): Value {
    return [];
  }

  metadataRule(): Value {
    return RegoObject.EMPTY;
  }
}

/**
 * The state of the current evaluation. Compiled closures hold the only `Runtime` of their policy, which is sufficient because evaluation is
 * synchronous. A nested evaluation (started by a `print` listener) saves and restores it.
 */
export class Runtime {
  scope: Scope;
  budget: Budget;
  context: BuiltinContext;
  strict = false;
  trace: EvaluationTrace | undefined;
  private depth = 0;
  private maxDepth = DEFAULT_LIMITS.maxDepth;

  constructor(
    readonly base: RegoObject,
    private readonly allowedHosts: readonly string[],
  ) {
    this.scope = new Scope(undefined, undefined, base, undefined, undefined);
    this.budget = new Budget();
    this.context = new QueryContext(this.budget, allowedHosts, {});
  }

  /**
   * Runs `work` as a separate evaluation. Keeps the state of the outer evaluation in local variables, since storing it in an object would
   * add significantly to the cost of a small decision.
   */
  run<T>(input: Value | undefined, options: EvaluateOptions, work: () => T): T {
    const { scope, budget, context, strict, trace, depth, maxDepth } = this;
    const own = this.begin(input, options);
    const payerBefore = payVisits(this.budget);
    try {
      return work();
    } finally {
      payVisits(payerBefore);
      for (const memo of own.touched) {
        memo.clear();
      }
      this.scope = scope;
      this.budget = budget;
      this.context = context;
      this.strict = strict;
      this.trace = trace;
      this.depth = depth;
      this.maxDepth = maxDepth;
    }
  }

  /** Call this before you evaluate a rule or function, and `leave` afterward. */
  enter(): void {
    this.budget.step();
    if (++this.depth > this.maxDepth) {
      throw new LimitExceeded('depth', `rules and functions call each other more than ${this.maxDepth} levels deep`);
    }
  }

  leave(): void {
    this.depth--;
  }

  private begin(input: Value | undefined, options: EvaluateOptions): Scope {
    const budget = options.budget ?? new Budget(limitsOf(options.limits));
    this.scope = new Scope(undefined, input, this.base, undefined, undefined);
    this.budget = budget;
    this.context = new QueryContext(this.budget, this.allowedHosts, options);
    this.strict = options.strictBuiltinErrors ?? false;
    this.trace = options.trace;
    this.depth = 0;
    this.maxDepth = budget.limits.maxDepth;
    return this.scope;
  }
}
