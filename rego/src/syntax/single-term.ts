import type { Body, Term } from './ast.js';

/** Returns the term of a query that consists of one term, neither negated nor modified by `with`; `null` for any other query. */
export function singleTerm([expr, ...others]: Body): Term | null {
  const isSingle = expr?.kind === 'term' && !expr.negated && expr.with.length === 0 && others.length === 0;
  return isSingle ? expr.term : null;
}
