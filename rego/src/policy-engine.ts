import type { RegoError, LimitName } from './errors.js';
import type { Budget, BudgetLimits } from './evaluate/budget.js';
import type { Body, Module } from './syntax/ast.js';
import type { RegoObject } from './values/object.js';
import type { Value } from './values/value.js';

/** One Rego file. `path` appears only in messages. */
export interface PolicySource {
  readonly path: string;
  readonly text: string;
}

export interface CompileOptions {
  /** The base document below `data`, as JSON values. Rules and data must not share a path. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<CompileLimits>;
  /**
   * The time at which rules are compiled to code; `now` by default. `later` compiles a rule when an evaluation first needs it. Use it for
   * sources that have already compiled without errors: code is three quarters of a policy's memory, and most of it is never needed.
   */
  readonly links?: 'now' | 'later';
  /** Hosts that `http.send` and `net.lookup_ip_addr` can reach; none by default. */
  readonly allowedHosts?: readonly string[];
}

/** The limits of compilation, since sources come from tenants. */
export interface CompileLimits {
  readonly maxSourceBytes: number;
  readonly maxRules: number;
  /** The maximum nesting of terms in the source. */
  readonly maxNesting: number;
  readonly deadlineMs: number;
}

export type CompileResult =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly errors: readonly RegoError[] };

/** A rule or function that can be queried by path. */
export interface RuleInfo {
  /** The full path, such as `data.authz.allow`. */
  readonly path: string;
  readonly kind: 'complete' | 'partialSet' | 'partialObject' | 'function';
  /** The location of the first definition, such as `authz.rego:12`. */
  readonly file: string;
  readonly row: number;
}

/** A compiled set of modules with its base document. Immutable; evaluations do not affect each other. */
export interface Policy {
  /**
   * Returns the same rules with a different base document, or errors if rules and values share a path. This is cheap, because nothing is
   * compiled again.
   */
  withData(data: RegoObject): CompileResult;
  rules(): readonly RuleInfo[];
  /** Returns whether a rule, a package with rules, or base data exists at this path. The prefix `data.` is optional. */
  has(path: string): boolean;
  /**
   * Prepares a document by its path (`data.authz.allow` or `authz.allow`): a rule, a package or base data. Returns `undefined` if it does
   * not exist. Repeated calls are cheap.
   */
  prepareRule(path: string): PreparedRule | undefined;
  /** Returns the rows at which rule heads and expressions start, by file: the lines that tests can cover. */
  coverableLines(): ReadonlyMap<string, readonly number[]>;
  /** Prepares a query in Rego (`data.generated.p = x; x > 1`). */
  prepareQuery(
    query: string,
  ):
    | { readonly ok: true; readonly query: PreparedQuery }
    | { readonly ok: false; readonly errors: readonly RegoError[] };
  /**
   * Evaluates a query as far as possible without the unknowns. `input` is the known part of the input. Never throws because of a policy.
   */
  partial(query: string, input: Value | undefined, options?: PartialOptions): PartialResult;
}

export interface EvaluateOptions {
  readonly limits?: Partial<BudgetLimits>;
  /** A budget that several evaluations share, instead of `limits`. Also charge your own work between evaluations to it. */
  readonly budget?: Budget;
  /** Nanoseconds since the epoch; the clock's time if unset. */
  readonly nowNanos?: bigint;
  /** Stops the evaluation if a built-in function returns an error (OPA `--strict-builtin-errors`). */
  readonly strictBuiltinErrors?: boolean;
  /** The result of `opa.runtime()`. */
  readonly runtime?: Value;
  readonly trace?: EvaluationTrace;
  readonly print?: (line: string) => void;
  /**
   * Called when the evaluation needs something that is neither in its input nor in its data: the time, randomness, the runtime or the
   * network.
   */
  readonly onOutside?: () => void;
}

/** Called while a policy runs. Evaluations without a trace have no additional cost. */
export interface EvaluationTrace {
  /** Records that an expression succeeded (at least once) at this location. */
  covered(file: string, row: number): void;
  /** Records that a rule's body took `nanos`, and whether it produced a value. */
  rule(path: string, file: string, row: number, nanos: bigint, defined: boolean): void;
}

export type Evaluation =
  | { readonly outcome: 'value'; readonly value: Value }
  | { readonly outcome: 'undefined' }
  | { readonly outcome: 'error'; readonly error: RegoError }
  | { readonly outcome: 'limit'; readonly limit: LimitName; readonly message: string };

export interface PreparedRule {
  readonly path: string;
  /**
   * Evaluates the rule. `input` is a Rego value, created by `fromJson` or `parseJson`; `undefined` means no input. Never throws because of
   * a policy.
   */
  evaluate(input: Value | undefined, options?: EvaluateOptions): Evaluation;
  /**
   * Returns the parts of the input that can affect the value, each as a list of member names. Inputs with the same values in these parts
   * give the same result, unless `onOutside` was called. `null` means that any part can affect it. Computed on each call.
   */
  inputPaths(): readonly (readonly string[])[] | null;
}

export interface PartialOptions extends Omit<EvaluateOptions, 'trace' | 'print'> {
  /** Unknown documents (`input.user`, `data.roles`) or parts of them; `["input"]` if unset. */
  readonly unknowns?: readonly string[];
  /** Rules and documents that stay in the result as references (OPA `--disable-inlining`). */
  readonly disableInlining?: readonly string[];
  /** Turns rules that depend on unknowns into support rules instead of inlining them (OPA `--shallow-inlining`). */
  readonly shallowInlining?: boolean;
  /** Calls functions such as `time.now_ns` and `http.send` during partial evaluation if their arguments are known. */
  readonly nondeterministicBuiltins?: boolean;
  /** The maximum number of residual queries; 10,000 if unset. */
  readonly maxQueries?: number;
}

export type PartialResult =
  | {
      readonly outcome: 'partial';
      /** The query holds if one of these does. If there are none, it never holds; a query without expressions always holds. */
      readonly queries: readonly Body[];
      /** Rules that the queries refer to, in addition to those of the policy. */
      readonly support: readonly Module[];
    }
  | { readonly outcome: 'invalid'; readonly errors: readonly RegoError[] }
  | Extract<Evaluation, { outcome: 'error' | 'limit' }>;

export type QueryEvaluation =
  | { readonly outcome: 'results'; readonly bindings: readonly ReadonlyMap<string, Value>[] }
  | Extract<Evaluation, { outcome: 'error' | 'limit' }>;

export interface PreparedQuery {
  /** Returns the bindings of the query's own variables, excluding wildcards and generated names, one map per result. */
  evaluate(input: Value | undefined, options?: EvaluateOptions): QueryEvaluation;
}
