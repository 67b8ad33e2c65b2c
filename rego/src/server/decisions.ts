import { BoundedCache } from '../builtins/bounded-cache.js';
import type { BudgetLimits } from '../evaluate/budget.js';
import type { EvaluateOptions, Evaluation, Policy } from '../policy-engine.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { ApiError } from './api-error.js';
import { type DataPath, parseDataPath } from './data-path.js';
import type { PolicyStore } from './policy-store.js';

/** Documents kept prepared, as many as OPA keeps. */
const MAX_PREPARED = 100;
/** Longer paths are not kept: below a rule any path stands, and clients may ask for as many as they like. */
const MAX_KEPT_LENGTH = 1_000;

/** A document that can be asked for again and again. */
export interface Decision extends DataPath {
  evaluate(input: Value | undefined, options: EvaluateOptions): Evaluation;
}

const UNDEFINED: Evaluation = { outcome: 'undefined' };

/** Documents by the path that requests name, prepared once for each version of the policy. */
export class Decisions {
  private prepared: BoundedCache<Decision>;
  /** Options of an evaluation without parameters: one object for all of them. */
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

  /** The document at an escaped path of a URL, and whether it was prepared before. Errors: as `parseDataPath`. */
  at(escaped: string): { readonly decision: Decision; readonly isKnown: boolean } {
    const known = this.prepared.get(escaped);
    if (known !== undefined) return { decision: known, isKnown: true };
    const decision = this.prepare(parseDataPath(escaped));
    if (escaped.length <= MAX_KEPT_LENGTH) this.prepared.put(escaped, decision, 1);
    return { decision, isKnown: false };
  }

  /** The document at a path of names, as configuration names it. */
  evaluate(escaped: string, input: Value | undefined): Evaluation {
    return this.at(escaped).decision.evaluate(input, this.plain);
  }

  private prepare(path: DataPath): Decision {
    const { policy } = this.store.state;
    // The engine keeps what it prepares by a path, but not what it prepares by a query.
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

/** All documents are answered without `data.system`, as in OPA: it holds the server's own policies. */
function withoutSystem(evaluation: Evaluation): Evaluation {
  if (evaluation.outcome !== 'value' || !(evaluation.value instanceof RegoObject)) return evaluation;
  const members = evaluation.value.entries().filter(([name]) => name !== 'system');
  return { outcome: 'value', value: RegoObject.of(members) };
}

/** The document by a query, which also finds elements of arrays. */
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
