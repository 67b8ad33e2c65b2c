import { parseBody } from '../syntax/parser.js';
import { singleTerm } from '../syntax/single-term.js';
import { visitBodyTerms } from '../syntax/visit.js';

const ROOTS = new Set(['data', 'input']);

/** Returns whether a query is a single term without variables that is not negated: OPA returns its value even if it is false. */
export function isGroundTerm(query: string): boolean {
  const parsed = parseBody(query);
  if (!parsed.ok || singleTerm(parsed.body) === null) return false;
  let hasVariables = false;
  visitBodyTerms(parsed.body, (term) => {
    hasVariables ||= term.kind === 'var' && !ROOTS.has(term.name);
  });
  return !hasVariables;
}
