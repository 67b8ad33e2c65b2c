import type { Body, Term } from './ast.js';

/** The term of a query that is one term, neither negated nor modified by `with`; `null` for any other. */
export function singleTerm([expr, ...others]: Body): Term | null {
  const isSingle = expr?.kind === 'term' && !expr.negated && expr.with.length === 0 && others.length === 0;
  return isSingle ? expr.term : null;
}
