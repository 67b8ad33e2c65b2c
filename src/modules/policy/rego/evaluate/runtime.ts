import { randomBytes } from 'node:crypto';
import type { BuiltinContext } from '../builtins/builtin';
import { LimitExceeded } from '../errors';
import type { EvaluateOptions, EvaluationTrace } from '../policy-engine';
import { payVisits } from '../values/depth';
import { RegoObject } from '../values/object';
import type { Value } from '../values/value';
import { Budget, DEFAULT_LIMITS } from './budget';
import { Scope } from './scope';

const NANOS_PER_MILLISECOND = 1_000_000n;

/** What built-in functions may know of one query. The clock is read when first asked, once per query. */
class QueryContext implements BuiltinContext {
  readonly queryCache = new Map<string, unknown>();
  readonly runtime: Value;
  readonly print: ((line: string) => void) | undefined;
  private now: bigint | undefined;

  constructor(
    readonly budget: Budget,
    readonly allowedHosts: readonly string[],
    options: EvaluateOptions,
  ) {
    this.now = options.nowNanos;
    this.runtime = options.runtime ?? RegoObject.EMPTY;
    this.print = options.print;
  }

  get nowNanos(): bigint {
    return (this.now ??= BigInt(Date.now()) * NANOS_PER_MILLISECOND);
  }

  randomBytes(size: number): Uint8Array {
    return randomBytes(size);
  }

  /** The evaluator answers these calls itself, since it knows where they stand. */
  metadataChain(): Value {
    return [];
  }

  metadataRule(): Value {
    return RegoObject.EMPTY;
  }
}

interface RunState {
  readonly scope: Scope;
  readonly budget: Budget;
  readonly context: BuiltinContext;
  readonly strict: boolean;
  readonly trace: EvaluationTrace | undefined;
  readonly depth: number;
  readonly maxDepth: number;
}

/**
 * The state of the evaluation that runs now. Compiled closures hold the one `Runtime` of their policy; as evaluation is synchronous, it needs no
 * other home. An evaluation started from within another (by a `print` listener) saves and restores it.
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

  /** Runs `work` as an evaluation of its own. */
  run<T>(input: Value | undefined, options: EvaluateOptions, work: () => T): T {
    const saved: RunState = { ...this.state() };
    const limits = options.limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...options.limits };
    const scope = new Scope(undefined, input, this.base, undefined, undefined);
    const budget = new Budget(limits);
    this.restore({
      scope,
      budget,
      context: new QueryContext(budget, this.allowedHosts, options),
      strict: options.strictBuiltinErrors ?? false,
      trace: options.trace,
      depth: 0,
      maxDepth: limits.maxDepth,
    });
    const payerBefore = payVisits(budget);
    try {
      return work();
    } finally {
      payVisits(payerBefore);
      for (const memo of scope.touched) {
        memo.clear();
      }
      this.restore(saved);
    }
  }

  /** Before a rule or function is evaluated; `leave` after it. */
  enter(): void {
    this.budget.step();
    if (++this.depth > this.maxDepth) {
      throw new LimitExceeded('depth', `rules and functions call each other more than ${this.maxDepth} deep`);
    }
  }

  leave(): void {
    this.depth--;
  }

  private state(): RunState {
    const { scope, budget, context, strict, trace, depth, maxDepth } = this;
    return { scope, budget, context, strict, trace, depth, maxDepth };
  }

  private restore(state: RunState): void {
    this.scope = state.scope;
    this.budget = state.budget;
    this.context = state.context;
    this.strict = state.strict;
    this.trace = state.trace;
    this.depth = state.depth;
    this.maxDepth = state.maxDepth;
  }
}
