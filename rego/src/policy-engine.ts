import type { RegoError, LimitName } from './errors.js';
import type { Budget, BudgetLimits } from './evaluate/budget.js';
import type { Body, Module } from './syntax/ast.js';
import type { RegoObject } from './values/object.js';
import type { Value } from './values/value.js';

/** One Rego file. `path` is used in messages only. */
export interface PolicySource {
  readonly path: string;
  readonly text: string;
}

export interface CompileOptions {
  /** The base document below `data`, as JSON values. Rules and data may not stand at the same path. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<CompileLimits>;
  /**
   * `later`: rules become code when an evaluation first needs them. For what has been compiled before and found good: such
   * code is three quarters of a policy's memory, and most of it is never asked for. `now` unless it is said.
   */
  readonly links?: 'now' | 'later';
  /** Hosts that `http.send` and `net.lookup_ip_addr` may reach. None by default. */
  readonly allowedHosts?: readonly string[];
}

/** What may be compiled at all: source comes from tenants. */
export interface CompileLimits {
  readonly maxSourceBytes: number;
  readonly maxRules: number;
  /** Nesting of terms in the source. */
  readonly maxNesting: number;
  readonly deadlineMs: number;
}

export type CompileResult =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly errors: readonly RegoError[] };

/** A rule or function that can be asked for by path. */
export interface RuleInfo {
  /** `data.authz.allow` */
  readonly path: string;
  readonly kind: 'complete' | 'partialSet' | 'partialObject' | 'function';
  /** `authz.rego:12` of the first definition. */
  readonly file: string;
  readonly row: number;
}

/** A compiled set of modules with its base document. Immutable; evaluations do not disturb each other. */
export interface Policy {
  /** The same rules over another base document; its errors where rules stand at places that have values. Costs little: nothing is compiled again. */
  withData(data: RegoObject): CompileResult;
  rules(): readonly RuleInfo[];
  /** Whether anything stands at this path: a rule, a package with rules, or base data. `data.` in front is optional. */
  has(path: string): boolean;
  /** A document by its path (`data.authz.allow` or `authz.allow`): a rule, a package, base data. `undefined` when nothing stands there. Cheap to call again. */
  prepareRule(path: string): PreparedRule | undefined;
  /** The rows at which heads of rules and expressions start, by file: what tests can cover. */
  coverableLines(): ReadonlyMap<string, readonly number[]>;
  /** A query in Rego (`data.generated.p = x; x > 1`). */
  prepareQuery(
    query: string,
  ):
    | { readonly ok: true; readonly query: PreparedQuery }
    | { readonly ok: false; readonly errors: readonly RegoError[] };
  /** Evaluates a query as far as it can be without the unknowns. `input` is what is known of the input. Never throws for what a policy does. */
  partial(query: string, input: Value | undefined, options?: PartialOptions): PartialResult;
}

export interface EvaluateOptions {
  readonly limits?: Partial<BudgetLimits>;
  /** Instead of `limits`: what several evaluations together may use. Count in it what you do between them as well. */
  readonly budget?: Budget;
  /** Nanoseconds since the epoch; the clock's time when unset. */
  readonly nowNanos?: bigint;
  /** OPA `--strict-builtin-errors`. */
  readonly strictBuiltinErrors?: boolean;
  /** `opa.runtime()` */
  readonly runtime?: Value;
  readonly trace?: EvaluationTrace;
  readonly print?: (line: string) => void;
  /** Called when the evaluation asks for what is neither in its input nor in its data: the time, chance, the runtime, the network. */
  readonly onOutside?: () => void;
}

/** Asked while a policy runs; costs nothing when absent. */
export interface EvaluationTrace {
  /** An expression succeeded (at least once) at this place. */
  covered(file: string, row: number): void;
  /** A rule's body was entered, and left after `nanos`, with whether it gave a value. */
  rule(path: string, file: string, row: number, nanos: bigint, defined: boolean): void;
}

export type Evaluation =
  | { readonly outcome: 'value'; readonly value: Value }
  | { readonly outcome: 'undefined' }
  | { readonly outcome: 'error'; readonly error: RegoError }
  | { readonly outcome: 'limit'; readonly limit: LimitName; readonly message: string };

export interface PreparedRule {
  readonly path: string;
  /** `input` is a Rego value, made by `fromJson` or `parseJson`; `undefined` is no input. Never throws for what a policy does. */
  evaluate(input: Value | undefined, options?: EvaluateOptions): Evaluation;
  /**
   * The places of the input that can matter, each as names of members: objects that agree there get the same value, unless
   * `onOutside` was called. `null`: anything may matter. Found anew at each call.
   */
  inputPaths(): readonly (readonly string[])[] | null;
}

export interface PartialOptions extends Omit<EvaluateOptions, 'trace' | 'print'> {
  /** Documents that are not known (`input.user`, `data.roles`), also in part; `["input"]` when unset. */
  readonly unknowns?: readonly string[];
  /** Rules and documents whose references stay in the result (OPA `--disable-inlining`). */
  readonly disableInlining?: readonly string[];
  /** Rules that depend on unknowns are not inlined, but become support rules (OPA `--shallow-inlining`). */
  readonly shallowInlining?: boolean;
  /** Calls functions such as `time.now_ns` and `http.send` now when their arguments are known. */
  readonly nondeterministicBuiltins?: boolean;
  /** How many residual queries there may be; 10,000 when unset. */
  readonly maxQueries?: number;
}

export type PartialResult =
  | {
      readonly outcome: 'partial';
      /** The query holds when one of these does. None: it never does. One without expressions: it always does. */
      readonly queries: readonly Body[];
      /** Rules that the queries refer to, besides those of the policy. */
      readonly support: readonly Module[];
    }
  | { readonly outcome: 'invalid'; readonly errors: readonly RegoError[] }
  | Extract<Evaluation, { outcome: 'error' | 'limit' }>;

export type QueryEvaluation =
  | { readonly outcome: 'results'; readonly bindings: readonly ReadonlyMap<string, Value>[] }
  | Extract<Evaluation, { outcome: 'error' | 'limit' }>;

export interface PreparedQuery {
  /** The bindings of the query's own variables, without wildcards and generated names, one map per result. */
  evaluate(input: Value | undefined, options?: EvaluateOptions): QueryEvaluation;
}
