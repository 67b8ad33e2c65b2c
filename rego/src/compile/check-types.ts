import type { Body, CallTerm, Expr, Term } from '../syntax/ast.js';
import type { CompileClock } from './compile-clock.js';
import type { DraftRule } from './draft-rule.js';
import type { ErrorList } from './error-list.js';
import type { FunctionTable } from './functions.js';
import { TermTypes } from './infer.js';
import { groundPrefix, hasGroundPath, type TreeNode } from './rule-tree.js';
import type { RuleTypes } from './rule-types.js';
import { termKey } from './term-key.js';
import { keysOf, unifies, valuesOf } from './type-relations.js';
import { TypeScope } from './type-scope.js';
import { ANY, objectType, setType, type Type } from './types.js';
import { isPrint, someVariable, variablesOf } from './variables.js';

const UNKNOWN = '???';

/** Finds expressions that can never hold because of the types of their terms (OPA stage "CheckTypes"). */
export class TypeChecker {
  private readonly terms: TermTypes;

  constructor(
    private readonly rules: RuleTypes,
    functions: FunctionTable,
    private readonly errors: ErrorList,
    private readonly clock: CompileClock,
  ) {
    this.terms = new TermTypes(rules, functions, errors, this);
  }

  /** Checks all rules at one path. Before you call it, check all rules to which these rules refer. */
  checkNode(node: TreeNode): void {
    for (const first of node.rules) {
      for (let rule: DraftRule | undefined = first; rule !== undefined; rule = rule.else) {
        this.checkRule(rule, node);
      }
    }
  }

  check(body: Body, scope: TypeScope): void {
    for (const expr of body) {
      this.clock.tick();
      this.checkExpr(expr, scope);
    }
  }

  private checkRule(rule: DraftRule, node: TreeNode): void {
    const scope = new TypeScope();
    const errors = this.errors.count;
    this.check(rule.body, scope);
    const failed = this.errors.count > errors;
    const typeOf = (term: Term): Type => (failed ? ANY : (this.terms.infer(term, scope) ?? ANY));
    if (rule.function) {
      variablesOf(rule.args).forEach((name) => scope.get(name) ?? scope.put(name, ANY));
      const result = rule.value === undefined ? ANY : typeOf(rule.value);
      this.rules.addFunction(node, { args: rule.args.map(typeOf), result });
      return;
    }
    const value =
      rule.element === undefined ? typeOf(rule.value ?? rule.path[0] ?? NOTHING) : setType(typeOf(rule.element));
    const keys = hasGroundPath(rule) ? [] : rule.path.slice(groundPrefix(rule).length);
    const nested = keys.reduceRight((inner, key) => objectType(new Map(), { key: typeOf(key), value: inner }), value);
    this.rules.addValue(node, failed ? ANY : nested);
  }

  private checkExpr(expr: Expr, scope: TypeScope): void {
    if (expr.with.length > 0) {
      // `with` can replace a value with a value of any type, so variables bound under it are not checked.
      return;
    }
    if (expr.kind === 'every') {
      this.checkEvery(expr, scope);
      return;
    }
    // `print` accepts undefined values by design.
    if (expr.kind !== 'term' || isPrint(expr.term)) {
      return;
    }
    const { term } = expr;
    if (term.kind === 'call' && (term.operator === 'eq' || term.operator === 'equal')) {
      this.checkEquality(term, scope);
    } else if (term.kind === 'call') {
      this.terms.call(term, scope, true);
    } else {
      this.terms.infer(term, scope);
    }
  }

  private checkEvery(expr: Extract<Expr, { kind: 'every' }>, scope: TypeScope): void {
    const domain = this.terms.infer(expr.domain, scope) ?? ANY;
    const inner = new TypeScope(scope);
    if (expr.key !== undefined) {
      inner.put(expr.key.name, keysOf(domain) ?? ANY);
    }
    inner.put(expr.value.name, valuesOf(domain) ?? ANY);
    // OPA checks references in the body but accepts expressions that cannot hold: the domain might be empty.
    const muted = this.errors.count;
    this.check(expr.body, inner);
    this.errors.dropSince(muted, (error) => !error.message.startsWith('undefined ref:'));
  }

  private checkEquality(term: CallTerm, scope: TypeScope): void {
    const [left, right] = term.args;
    if (left === undefined || right === undefined) {
      return;
    }
    const errors = this.errors.count;
    const a = this.terms.infer(left, scope);
    const b = this.terms.infer(right, scope);
    if (!this.unify(left, a, right, b, scope) && this.errors.count === errors) {
      const message = `match error\n\tleft  : ${a?.text ?? UNKNOWN}\n\tright : ${b?.text ?? UNKNOWN}`;
      this.errors.add('rego_type_error', message, term.loc);
    }
  }

  /** Unifies two terms with their types (OPA `unify2`). */
  private unify(a: Term, typeA: Type | undefined, b: Term, typeB: Type | undefined, scope: TypeScope): boolean {
    if (isPattern(a, scope) || isPattern(b, scope)) {
      return this.unifyPatterns(a, typeA, b, typeB, scope);
    }
    return unifies(typeA ?? ANY, typeB ?? ANY);
  }

  private unifyPatterns(a: Term, typeA: Type | undefined, b: Term, typeB: Type | undefined, scope: TypeScope): boolean {
    if (a.kind === 'array' && b.kind === 'array') {
      return (
        a.items.length === b.items.length &&
        a.items.every((item, position) => this.unifyTerms(item, b.items[position], scope))
      );
    }
    if (a.kind === 'object' && b.kind === 'object') {
      const others = new Map(b.entries.map(([key, value]) => [termKey(key), value]));
      return (
        a.entries.length === b.entries.length &&
        a.entries.every(
          ([key, value]) => !isConstantKey(key) || this.unifyTerms(value, others.get(termKey(key)), scope),
        )
      );
    }
    const fitsA = this.terms.accepts(a, typeB ?? ANY, scope);
    return this.terms.accepts(b, typeA ?? ANY, scope) && fitsA;
  }

  private unifyTerms(a: Term, b: Term | undefined, scope: TypeScope): boolean {
    return b === undefined || this.unify(a, this.terms.infer(a, scope), b, this.terms.infer(b, scope), scope);
  }
}

const NOTHING: Term = { kind: 'null', loc: { file: '', row: 0, col: 0, offset: 0, text: '' } };

/** Returns whether the term has variables of unknown type. */
function isPattern(term: Term, scope: TypeScope): boolean {
  if (term.kind !== 'var' && term.kind !== 'array' && term.kind !== 'object') {
    return false;
  }
  return someVariable(term, (name) => scope.get(name) === undefined);
}

function isConstantKey(key: Term): boolean {
  return key.kind === 'string' || key.kind === 'number' || key.kind === 'boolean' || key.kind === 'null';
}
