import { BoundedCache } from '../builtins/bounded-cache.js';
import type { BudgetLimits } from '../evaluate/budget.js';
import type { EvaluateOptions, Evaluation, Policy } from '../policy-engine.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { ApiError } from './api-error.js';
import { type DataPath, parseDataPath } from './data-path.js';
import type { PolicyStore } from './policy-store.js';

/** The number of prepared documents to cache, the same as in OPA. */
const MAX_PREPARED = 100;
/** Longer paths are not cached: any path below a rule is valid, and clients can request an unlimited number of paths. */
const MAX_KEPT_LENGTH = 1_000;

/** A document prepared for repeated evaluation. */
export interface Decision extends DataPath {
  evaluate(input: Value | undefined, options: EvaluateOptions): Evaluation;
}

const UNDEFINED: Evaluation = { outcome: 'undefined' };

/** Documents by request path, prepared once for each version of the policy. */
export class Decisions {
  private prepared: BoundedCache<Decision>;
  /** The options of an evaluation without parameters; all such evaluations share this object. */
  readonly plain: EvaluateOptions;
  readonly strict: EvaluateOptions;

  constructor(
    private readonly store: PolicyStore,
    options: {
      readonly limits: Partial<BudgetLimits>;
      /** `opa.runtime()` */
      readonly runtime: Value;
      readonly print: (line: string) => void;
    },
  ) {
    this.prepared = new BoundedCache(2 * MAX_PREPARED);
    this.plain = options;
    this.strict = { ...options, strictBuiltinErrors: true };
    store.onChange(() => {
      this.prepared = new BoundedCache(2 * MAX_PREPARED);
    });
  }

  /** Returns the document at an escaped URL path, and whether it was already prepared. Errors: any that `parseDataPath` throws. */
  at(escaped: string): { readonly decision: Decision; readonly isKnown: boolean } {
    const known = this.prepared.get(escaped);
    if (known !== undefined) return { decision: known, isKnown: true };
    const decision = this.prepare(parseDataPath(escaped));
    if (escaped.length <= MAX_KEPT_LENGTH) this.prepared.put(escaped, decision, 1);
    return { decision, isKnown: false };
  }

  /** Evaluates the document at an escaped path from the configuration. */
  evaluate(escaped: string, input: Value | undefined): Evaluation {
    return this.at(escaped).decision.evaluate(input, this.plain);
  }

  private prepare(path: DataPath): Decision {
    const { policy } = this.store.state;
    // The engine caches the rules that it prepares by path, but does not cache queries.
    if (path.hasIndex || path.reference.length > MAX_KEPT_LENGTH) return { ...path, evaluate: elementOf(policy, path) };
    const rule = policy.prepareRule(path.reference);
    if (rule === undefined) return { ...path, evaluate: () => UNDEFINED };
    if (path.parts.length === 0)
      return { ...path, evaluate: (input, options) => withoutSystem(rule.evaluate(input, options)) };
    if (policy.rules().some(({ path: name, kind }) => kind === 'function' && name === path.reference)) {
      const message = `1 error occurred: 1:1: rego_type_error: function ${path.reference} used as reference, not called`;
      throw new ApiError(500, 'internal_error', message);
    }
    return { ...path, evaluate: (input, options) => rule.evaluate(input, options) };
  }
}

/** Removes `data.system` from the root document, as in OPA: it contains the server's own policies. */
function withoutSystem(evaluation: Evaluation): Evaluation {
  if (evaluation.outcome !== 'value' || !(evaluation.value instanceof RegoObject)) return evaluation;
  const members = evaluation.value.entries().filter(([name]) => name !== 'system');
  return { outcome: 'value', value: RegoObject.of(members) };
}

/** Evaluates the document with a query, which also finds elements of arrays. */
function elementOf(policy: Policy, { reference }: DataPath): Decision['evaluate'] {
  const prepared = policy.prepareQuery(`x = ${reference}`);
  if (!prepared.ok) return () => UNDEFINED;
  const { query } = prepared;
  return (input, options) => {
    const evaluation = query.evaluate(input, options);
    if (evaluation.outcome !== 'results') return evaluation;
    const value = evaluation.bindings[0]?.get('x');
    return value === undefined ? UNDEFINED : { outcome: 'value', value };
  };
}
