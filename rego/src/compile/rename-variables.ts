import type { Body, Term } from '../syntax/ast.js';
import { mapAll, mapExpr, mapParts, type SyntaxMap } from './syntax-map.js';

/** Renames variables in a body and the terms that belong to it. */
export function renameVariables(
  body: Body,
  terms: readonly Term[],
  renames: ReadonlyMap<string, string>,
): { readonly body: Body; readonly terms: readonly Term[] } {
  const map: SyntaxMap = {
    term: (term) => {
      const renamed = term.kind === 'var' ? renames.get(term.name) : undefined;
      return term.kind === 'var' && renamed !== undefined ? { ...term, name: renamed } : mapParts(term, map);
    },
    body: (inner) => mapAll(inner, (expr) => mapExpr(expr, map)),
    target: (target) =>
      target.kind === 'var' ? target : { ...target, path: mapAll(target.path, (part) => map.term(part)) },
  };
  return { body: map.body(body), terms: mapAll(terms, (term) => map.term(term)) };
}
