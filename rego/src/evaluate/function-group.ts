import type { CompiledRule, RuleGroup } from '../compile/program.js';
import type { Expr, Term } from '../syntax/ast.js';
import { equalValues } from '../values/compare.js';
import type { Value } from '../values/value.js';
import { allSameConstant } from './complete-group.js';
import type { FunctionCode, World } from './context.js';
import { RuleIndex } from './rule-index.js';
import { Memo } from './scope.js';
import { ValueRule } from './value-rule.js';

const CONFLICT = 'functions must not produce multiple outputs for same inputs';
const UNDEFINED = Symbol('undefined');
const MEMO_ENTRY_BYTES = 128;

/** Results by argument: one map per position. Values are immutable, so composite arguments can be compared by identity. */
type Results = Map<Value, Results | Value | typeof UNDEFINED>;

export class FunctionGroup implements FunctionCode {
  private readonly memo = new Memo<Results>();
  private readonly index: RuleIndex<ValueRule>;
  private readonly fallback: ValueRule | undefined;
  private readonly isUniform: boolean;
  /** False for a short body: storing its results costs more than running the body again. */
  private readonly isMemoised: boolean;

  constructor(
    private readonly world: World,
    group: RuleGroup,
  ) {
    const path = ['data', ...group.path].join('.');
    const rules = group.rules.map((rule) => new ValueRule(world, path, rule, CONFLICT));
    this.index = new RuleIndex(rules, (rule) => rule.args);
    this.fallback = group.default === undefined ? undefined : new ValueRule(world, path, group.default, CONFLICT);
    this.isUniform = allSameConstant(group);
    this.isMemoised = group.rules.some(isDear);
  }

  call(args: readonly Value[]): Value | undefined {
    return this.isMemoised ? this.remembered(args) : this.evaluate(args);
  }

  private remembered(args: readonly Value[]): Value | undefined {
    const { rt } = this.world;
    const { scope } = rt;
    let results = this.memo.get(scope);
    if (results === undefined) {
      results = new Map();
      this.memo.set(scope, results);
    }
    for (const arg of args.slice(0, -1)) {
      const inner: unknown = results.get(arg);
      const next = inner instanceof Map ? (inner as Results) : (new Map() as Results);
      if (next !== inner) {
        rt.budget.allocate(MEMO_ENTRY_BYTES);
        results.set(arg, next);
      }
      results = next;
    }
    const last = args.at(-1) ?? null;
    const known = results.get(last);
    if (known !== undefined && !(known instanceof Map)) {
      return known === UNDEFINED ? undefined : known;
    }
    const value = this.evaluate(args);
    rt.budget.allocate(MEMO_ENTRY_BYTES);
    results.set(last, value === undefined ? UNDEFINED : value);
    return value;
  }

  prepare(): void {
    this.index.always().forEach((rule) => rule.prepare());
    this.fallback?.prepare();
  }

  private evaluate(args: readonly Value[]): Value | undefined {
    const { rt } = this.world;
    rt.enter();
    let found: Value | undefined;
    for (const rule of this.index.select(rt.scope.input, args)) {
      const value = rule.run(args);
      if (value === undefined) {
        continue;
      }
      if (found !== undefined && !equalValues(found, value)) {
        throw rule.conflict();
      }
      found = value;
      if (this.isUniform) {
        break;
      }
    }
    if (found === undefined) {
      found = this.fallback?.run(args);
    }
    rt.leave();
    return found;
  }
}

/**
 * Returns whether running the rule can take a long time: it reads other rules, calls functions of the policy, or contains
 * closures.
 */
function isDear(rule: CompiledRule): boolean {
  const terms = [...rule.body.flatMap(termsOf), ...(rule.value === undefined ? [] : [rule.value])];
  return (
    rule.body.some((expr) => expr.kind === 'every') ||
    terms.some(isDearTerm) ||
    (rule.else !== undefined && isDear(rule.else))
  );
}

function termsOf(expr: Expr): readonly Term[] {
  return expr.kind === 'term' ? [expr.term] : [];
}

function isDearTerm(term: Term): boolean {
  switch (term.kind) {
    case 'call':
      return term.operator.startsWith('data.') || term.args.some(isDearTerm);
    case 'ref':
      return isDearTerm(term.head) || term.path.some((part) => part.kind === 'var' || isDearTerm(part));
    case 'var':
      return term.name === 'data';
    case 'array':
    case 'set':
      return term.items.some(isDearTerm);
    case 'object':
      return term.entries.some(([key, value]) => isDearTerm(key) || isDearTerm(value));
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
    case 'template':
      return true;
    case 'boolean':
    case 'null':
    case 'number':
    case 'string':
      return false;
  }
}
