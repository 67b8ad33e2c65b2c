import type { Body, CallTerm, Expr, Term, With } from '../syntax/ast.js';
import { operatorSpelled, type FunctionTable } from './functions.js';
import type { NameSource } from './names.js';
import { PRINT } from './signature.js';
import { mapAll, mapParts, type SyntaxMap } from './syntax-map.js';
import { binding, isComprehension, isScalar, requiresEvaluation, variable } from './syntax-walk.js';

/**
 * Moves each call inside another term to its own expression, before the expression that contains it: `x = f(g(y))` becomes `$c1 = g(y); $c2
 * = f($c1); x = $c2` (OPA stage "RewriteExprTerms"). OPA reorders expressions for safety in this form, and computes a call in a negated
 * expression outside of it. `finish-body.ts` moves back the calls that can stay inside.
 */
export class CallFlattener implements SyntaxMap {
  private support: Expr[] = [];
  private modifiers: readonly With[] = [];

  constructor(
    private readonly names: NameSource,
    private readonly functions: FunctionTable,
    /** Names whose expressions can move back to their original place. */
    private readonly movable: Set<string>,
  ) {}

  body(body: Body): Body {
    const flat: Expr[] = [];
    for (const expr of body) {
      flat.push(...this.expr(expr));
    }
    return flat.slice();
  }

  target<T>(target: T): T {
    return target;
  }

  term(term: Term): Term {
    switch (term.kind) {
      case 'call':
        return this.hoist(mapParts(term, this));
      case 'ref': {
        const mapped = mapParts(term, this);
        return mapped.kind === 'ref' &&
          (isScalar(mapped.head) || isComprehension(mapped.head) || mapped.head.kind === 'template')
          ? { ...mapped, head: this.hoist(mapped.head) }
          : mapped;
      }
      case 'template':
        return mapParts(term, { ...this.closures(), term: (part) => this.withinTemplate(part) });
      case 'arrayComprehension':
      case 'setComprehension':
      case 'objectComprehension':
        return this.comprehension(term);
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
      case 'var':
      case 'array':
      case 'set':
      case 'object':
        return mapParts(term, this);
    }
  }

  /** Computes the result in the last expressions of the body, since it can bind variables or be undefined. */
  private comprehension(term: Extract<Term, { body: Body }>): Term {
    const body: Expr[] = [...this.separately([], () => this.body(term.body))];
    const plain = (result: Term): Term => {
      if (!requiresEvaluation(result)) {
        return result;
      }
      const name = this.names.generated();
      body.push(...this.separately([], () => this.expr(binding(name, result))));
      return variable(name, result.loc);
    };
    return term.kind === 'objectComprehension'
      ? { ...term, key: plain(term.key), value: plain(term.value), body }
      : { ...term, value: plain(term.value), body };
  }

  /**
   * Keeps calls in a template, since an undefined call must not make the expression undefined. Comprehensions in a template are flattened
   * like any other body.
   */
  private withinTemplate(term: Term): Term {
    return isComprehension(term)
      ? this.comprehension(term)
      : mapParts(term, { ...this.closures(), term: (part) => this.withinTemplate(part) });
  }

  private closures(): SyntaxMap {
    return { term: (term) => this.term(term), body: (body) => this.body(body), target: (target) => target };
  }

  private expr(expr: Expr): readonly Expr[] {
    const before: Expr[] = [];
    const modifiers = mapAll(expr.with, (modifier) => this.modifier(modifier, before));
    const support: Expr[] = [];
    const flat = this.collecting(support, modifiers, () => this.exprParts(expr, modifiers));
    return [...before, ...support, flat];
  }

  private exprParts(expr: Expr, modifiers: readonly With[]): Expr {
    if (expr.kind === 'every') {
      const domain = requiresEvaluation(expr.domain) ? this.hoist(this.operand(expr.domain)) : this.term(expr.domain);
      return { ...expr, domain, body: this.separately([], () => this.body(expr.body)), with: modifiers };
    }
    if (expr.kind !== 'term') {
      return expr;
    }
    const term = this.operand(expr.term);
    return term === expr.term && modifiers === expr.with ? expr : { ...expr, term, with: modifiers };
  }

  /** Flattens the term of an expression. A call stays there, but its arguments are flattened. */
  private operand(term: Term): Term {
    if (term.kind !== 'call') {
      return this.term(term);
    }
    if (term.operator === PRINT) {
      return mapParts(term, { ...this.closures(), term: (part) => this.withinTemplate(part) });
    }
    const flat = mapParts(term, this) as CallTerm;
    return this.functions.isRelation(flat.operator) && flat.args.length === this.functions.arity(flat.operator)
      ? this.hoist(flat)
      : flat;
  }

  private hoist(term: Term): Term {
    const name = this.names.generated();
    this.movable.add(name);
    this.support.push(binding(name, term, this.modifiers));
    return variable(name, term.loc);
  }

  /** Computes the value of `with` outside the expression, unless it names a function. */
  private modifier(modifier: With, before: Expr[]): With {
    const name = operatorSpelled(modifier.value);
    if ((name !== undefined && this.functions.isFunction(name)) || !requiresEvaluation(modifier.value)) {
      return modifier;
    }
    const generated = this.names.generated();
    before.push(...this.expr(binding(generated, modifier.value)));
    return { ...modifier, value: variable(generated, modifier.value.loc) };
  }

  private separately<T>(modifiers: readonly With[], work: () => T): T {
    return this.collecting([], modifiers, work);
  }

  private collecting<T>(support: Expr[], modifiers: readonly With[], work: () => T): T {
    const saved = { support: this.support, modifiers: this.modifiers };
    this.support = support;
    this.modifiers = modifiers;
    try {
      return work();
    } finally {
      this.support = saved.support;
      this.modifiers = saved.modifiers;
    }
  }
}
