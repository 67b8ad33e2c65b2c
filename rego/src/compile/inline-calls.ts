import type { Expr, Term, TermExpr } from '../syntax/ast.js';
import type { FunctionTable } from './functions.js';
import { mapExpr, mapParts, type SyntaxMap } from './syntax-map.js';
import { isComprehension } from './syntax-walk.js';

/**
 * Reverses the work of `CallFlattener` where this does not change the result: moves extracted calls back into the expression that follows
 * them, because evaluating a nested call is cheaper than binding a variable. Never moves a call into a negated expression, or a call that
 * binds variables or has several results.
 */
export class Inliner {
  /** Bindings of movable names right before the next expression, in order. */
  private readonly pending = new Map<string, TermExpr>();

  constructor(
    private readonly names: ReadonlySet<string>,
    private readonly functions: FunctionTable,
    private readonly body: Expr[],
  ) {}

  /** Adds an expression. `binds` returns whether evaluating the expression binds more than its generated variable. */
  add(original: Expr, binds: () => boolean): void {
    const expr = original.negated || this.pending.size === 0 ? original : this.inlined(original);
    const name = this.movableName(expr);
    if (name !== undefined && expr.kind === 'term' && !binds()) {
      this.pending.set(name, expr);
      return;
    }
    this.flush();
    this.body.push(expr);
  }

  /** Writes the pending bindings. Also call it after the last expression. */
  flush(): void {
    if (this.pending.size > 0) {
      this.body.push(...this.pending.values());
      this.pending.clear();
    }
  }

  private movableName(expr: Expr): string | undefined {
    const target =
      expr.kind === 'term' && !expr.negated && expr.term.kind === 'call' && expr.term.operator === 'eq'
        ? expr.term.args[0]
        : undefined;
    return target?.kind === 'var' && this.names.has(target.name) ? target.name : undefined;
  }

  private inlined(expr: Expr): Expr {
    const nested = (term: Term): Term => {
      if (term.kind === 'var') {
        return this.take(term, expr, (value) => value.kind === 'call' && !this.functions.isRelation(value.operator));
      }
      return isComprehension(term) || term.kind === 'template' ? term : mapParts(term, within(nested));
    };
    if (expr.kind === 'every') {
      const domain = this.take(
        expr.domain,
        expr,
        (value) => value.kind !== 'call' || !this.functions.isRelation(value.operator),
      );
      return domain === expr.domain ? expr : { ...expr, domain };
    }
    const operand = (term: Term): Term => nested(this.take(term, expr, (value) => value.kind === 'call'));
    const unifies = expr.kind === 'term' && expr.term.kind === 'call' && expr.term.operator === 'eq';
    return mapExpr(expr, {
      ...within((term) => (unifies && term === expr.term ? mapParts(term, within(operand)) : nested(term))),
      target: (target) => target,
    });
  }

  /** Returns the value of a pending name instead of the name. */
  private take(term: Term, into: Expr, fits: (value: Term) => boolean): Term {
    const source = term.kind === 'var' ? this.pending.get(term.name) : undefined;
    const value = source?.term.kind === 'call' ? source.term.args[1] : undefined;
    if (term.kind !== 'var' || source === undefined || value === undefined || !fits(value)) {
      return term;
    }
    if (source.with !== into.with && source.with.length + into.with.length > 0) {
      return term;
    }
    this.pending.delete(term.name);
    return value;
  }
}

function within(term: (term: Term) => Term): SyntaxMap {
  return { term, body: (body) => body, target: (target) => target };
}
