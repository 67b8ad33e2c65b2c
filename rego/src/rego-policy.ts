import { Coverage, type CoverageReport, type RuleActivity } from './coverage.js';
import { LimitExceeded, RegoError } from './errors.js';
import type { BudgetLimits } from './evaluate/budget.js';
import type {
  CompileOptions,
  CompileResult,
  EvaluateOptions,
  PartialOptions,
  Policy,
  PolicySource,
} from './policy-engine.js';
import { type Residual, residualOf } from './partial/residual.js';
import { runTests, type TestOptions, type TestReport } from './run-tests.js';
import { fromJson, toJson } from './values/json.js';
import type { Value } from './values/value.js';

/** The sources of a policy. */
export interface RegoSource extends Pick<CompileOptions, 'limits' | 'allowedHosts'> {
  /** Modules by path, which appears in messages; or the text of a single module, which is then named `policy.rego`. */
  readonly modules: string | Readonly<Record<string, string>>;
  /** The `data` document, as JSON values. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface RegoOptions {
  /** Limits of the evaluation; 200 ms and 256 MiB by default. */
  readonly limits?: Partial<BudgetLimits>;
  /** Receives each line that the policy prints. */
  readonly print?: (line: string) => void;
  /**
   * Stops the evaluation if a built-in function returns an error, as OPA's `--strict-builtin-errors` does. Otherwise the expression is
   * undefined.
   */
  readonly strict?: boolean;
}

export interface RegoPartialOptions
  extends
    Pick<RegoOptions, 'limits' | 'strict'>,
    Pick<
      PartialOptions,
      'unknowns' | 'disableInlining' | 'shallowInlining' | 'nondeterministicBuiltins' | 'maxQueries'
    > {
  /** The known part of the input. */
  readonly input?: unknown;
}

/** A value, and the rules and lines that produced it. */
export interface RegoExplanation {
  /** The value as JSON; `undefined` if there is none. */
  readonly value: unknown;
  /** The rules that were tried, with the most expensive rule first. */
  readonly rules: readonly RuleActivity[];
  readonly coverage: CoverageReport;
  readonly printed: readonly string[];
}

/** The errors of sources that do not compile. */
export class RegoErrors extends Error {
  constructor(
    /** One to ten errors, as OPA reports them. */
    readonly errors: readonly RegoError[],
  ) {
    super(errors.map(String).join('\n'));
    this.name = 'RegoErrors';
  }
}

/** A compiled policy. Evaluations do not affect each other. */
export class RegoPolicy {
  constructor(
    /** The same policy for callers that keep their own values and handle each outcome. */
    readonly policy: Policy,
  ) {}

  /**
   * Returns the document at a path (`data.authz.allow`) as JSON; `undefined` if it is undefined. Sets become arrays.
   * Throws `RegoError` if the policy fails, and `LimitExceeded` if it exceeds its limits.
   */
  evaluate(path: string, input?: unknown, options: RegoOptions = {}): unknown {
    return this.valueAt(path, input, optionsOf(options));
  }

  /**
   * Returns the variables of each solution of a query in Rego (`data.roles[user] == "admin"`), as JSON. Throws `RegoErrors` if the query
   * does not compile, and the errors that `evaluate` throws.
   */
  query(query: string, input?: unknown, options: RegoOptions = {}): readonly Readonly<Record<string, unknown>>[] {
    const prepared = this.policy.prepareQuery(query);
    if (!prepared.ok) {
      throw new RegoErrors(prepared.errors);
    }
    const evaluation = prepared.query.evaluate(valueOf(input), optionsOf(options));
    switch (evaluation.outcome) {
      case 'results':
        return evaluation.bindings.map((bindings) =>
          Object.fromEntries([...bindings].map(([name, value]) => [name, toJson(value)])),
        );
      case 'error':
        throw evaluation.error;
      case 'limit':
        throw new LimitExceeded(evaluation.limit, evaluation.message);
    }
  }

  /**
   * Evaluates a query as far as possible without the unknowns (`input` by default). Returns the remaining queries, one of which must hold,
   * and the rules that they refer to. If no queries remain, the query never holds. Throws the same errors as `query`.
   */
  partial(query: string, { input, limits, strict, ...options }: RegoPartialOptions = {}): Residual {
    const result = this.policy.partial(query, valueOf(input), {
      ...options,
      ...(limits === undefined ? {} : { limits }),
      ...(strict === undefined ? {} : { strictBuiltinErrors: strict }),
    });
    switch (result.outcome) {
      case 'partial':
        return residualOf(result);
      case 'invalid':
        throw new RegoErrors(result.errors);
      case 'error':
        throw result.error;
      case 'limit':
        throw new LimitExceeded(result.limit, result.message);
    }
  }

  /** Evaluates like `evaluate`, and reports the lines that ran and the activity of each rule. */
  explain(path: string, input?: unknown, options: RegoOptions = {}): RegoExplanation {
    const coverage = new Coverage(this.policy);
    const printed: string[] = [];
    const print = (line: string): void => {
      printed.push(line);
      options.print?.(line);
    };
    const value = this.valueAt(path, input, { ...optionsOf({ ...options, print }), trace: coverage });
    return { value, rules: coverage.rules(), coverage: coverage.report(), printed };
  }

  /** Runs the rules whose names begin with `test_`, as `opa test` does. */
  test(options: Pick<TestOptions, 'select' | 'limits'> = {}): TestReport & { readonly coverage: CoverageReport } {
    const coverage = new Coverage(this.policy);
    return { ...runTests(this.policy, { ...options, coverage }), coverage: coverage.report() };
  }

  private valueAt(path: string, input: unknown, options: EvaluateOptions): unknown {
    const evaluation = this.policy.prepareRule(path)?.evaluate(valueOf(input), options) ?? { outcome: 'undefined' };
    switch (evaluation.outcome) {
      case 'value':
        return toJson(evaluation.value);
      case 'undefined':
        return undefined;
      case 'error':
        throw evaluation.error;
      case 'limit':
        throw new LimitExceeded(evaluation.limit, evaluation.message);
    }
  }
}

/** Returns the sources in the compiler's format. */
export function sourcesOf({ modules }: RegoSource): readonly PolicySource[] {
  const byPath = typeof modules === 'string' ? { 'policy.rego': modules } : modules;
  return Object.entries(byPath).map(([path, text]) => ({ path, text }));
}

/** Returns the policy, or throws its errors. */
export function compiledOrThrown(result: CompileResult): RegoPolicy {
  if (!result.ok) {
    throw new RegoErrors(result.errors);
  }
  return new RegoPolicy(result.policy);
}

const valueOf = (input: unknown): Value | undefined => (input === undefined ? undefined : fromJson(input));

function optionsOf({ limits, print, strict }: RegoOptions): EvaluateOptions {
  return {
    ...(limits === undefined ? {} : { limits }),
    ...(print === undefined ? {} : { print }),
    ...(strict === undefined ? {} : { strictBuiltinErrors: strict }),
  };
}
