import type { CallTerm, Expr, Term, TermExpr } from '../syntax/ast.js';
import { isRootDocument, type NameSource } from './names.js';
import { mapParts, type SyntaxMap } from './syntax-map.js';
import { binding, isComprehension, variable } from './syntax-walk.js';
import { isPrint, someVariable, variablesOf } from './variables.js';

const NOTHING: readonly Expr[] = [];

/**
 * Moves references out of an expression, each to its own expression before it (OPA stage "RewriteDynamicTerms"):
 * - references that are inside other terms and would bind variables, so that evaluating an argument never binds any;
 * - references inside a negated expression, since in OPA `not f(input.x)` is undefined if `input.x` is.
 */
export class Hoister {
  private before: Expr[] = [];
  private bound = new Set<string>();

  constructor(
    private readonly names: NameSource,
    private readonly isBound: (name: string) => boolean,
    private readonly query: boolean,
  ) {}

  hoist(expr: Expr): { readonly before: readonly Expr[]; readonly expr: Expr } {
    if (expr.kind === 'term' && !expr.negated && !this.mayBind(expr.term)) {
      return { before: NOTHING, expr };
    }
    this.before = [];
    this.bound = new Set();
    return { expr: this.rewritten(expr), before: this.before };
  }

  /** Returns whether evaluating the value of `name = value` binds more than the name. */
  binds(expr: Expr): boolean {
    const value = expr.kind === 'term' && expr.term.kind === 'call' ? expr.term.args[1] : undefined;
    return value !== undefined && someVariable(value, (name) => !this.isBound(name));
  }

  /** Returns whether the term has unbound variables. Also true for `print`, whose arguments are always moved. */
  private mayBind(term: Term): boolean {
    return isPrint(term) || someVariable(term, (name) => !this.isBound(name));
  }

  private rewritten(expr: Expr): Expr {
    const part = (term: Term): Term =>
      expr.negated ? this.everyReference(term, expr) : this.bindingReferences(term, expr);
    switch (expr.kind) {
      case 'every':
        return { ...expr, domain: part(expr.domain) };
      case 'term':
        return {
          ...expr,
          term: expr.term.kind === 'call' ? this.call(expr.term, expr, part) : this.operand(expr.term, part),
        };
      case 'some':
      case 'someIn':
        return expr;
    }
  }

  private call(term: CallTerm, expr: TermExpr, part: (term: Term) => Term): Term {
    const unifies = term.operator === 'eq' || (term.operator === 'equal' && expr.negated && !this.query);
    return { ...term, args: term.args.map((arg) => (unifies ? this.operand(arg, part) : part(arg))) };
  }

  /** Moves a reference, which can bind the variables of its path and be undefined. */
  private operand(term: Term, part: (term: Term) => Term): Term {
    if (term.kind === 'var' && isRootDocument(term.name)) {
      return term;
    }
    return term.kind === 'ref' ? { ...term, head: this.head(term.head, part), path: term.path.map(part) } : part(term);
  }

  private head(head: Term, part: (term: Term) => Term): Term {
    return head.kind === 'var' ? head : mapParts(head, within(part));
  }

  private bindingReferences(term: Term, expr: Expr): Term {
    const part = (inner: Term): Term => this.bindingReferences(inner, expr);
    if (isComprehension(term) || term.kind === 'template') {
      return term;
    }
    const mapped = term.kind === 'ref' ? this.operand(term, part) : mapParts(term, within(part));
    if (mapped.kind !== 'ref') {
      return mapped;
    }
    const unbound = [...variablesOf(mapped.path)].filter((name) => !this.isBound(name) && !this.bound.has(name));
    unbound.forEach((name) => this.bound.add(name));
    return unbound.length === 0 ? mapped : this.move(mapped, expr);
  }

  private everyReference(term: Term, expr: Expr): Term {
    const part = (inner: Term): Term => this.everyReference(inner, expr);
    if (isComprehension(term) || term.kind === 'template') {
      return term;
    }
    if (term.kind === 'var') {
      return isRootDocument(term.name) ? this.move(term, expr) : term;
    }
    return term.kind === 'ref' ? this.move(this.operand(term, part), expr) : mapParts(term, within(part));
  }

  private move(term: Term, expr: Expr): Term {
    const name = this.names.generated();
    this.bound.add(name);
    this.before.push(binding(name, term, expr.with));
    return variable(name, term.loc);
  }
}

function within(part: (term: Term) => Term): SyntaxMap {
  return { term: part, body: (body) => body, target: (target) => target };
}
