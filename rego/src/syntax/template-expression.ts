import type { Term, TermExpr } from './ast.js';

/**
 * What was written between the braces of a template string. The parser keeps `{e with …}` as `[$n | $n = e with …][0]` (the tree has no other way
 * to attach `with` to a term; no source can use one `$n` twice), and this undoes it.
 */
export const templateExpression = (part: Term): TermExpr => {
  const plain: TermExpr = { kind: 'term', loc: part.loc, negated: false, with: [], term: part };
  if (part.kind !== 'ref' || part.head.kind !== 'arrayComprehension') {
    return plain;
  }
  const { value, body } = part.head;
  const [equation] = body;
  if (value.kind !== 'var' || equation?.kind !== 'term' || equation.term.kind !== 'call') {
    return plain;
  }
  const [left, term] = equation.term.args;
  const isGenerated = value.name.startsWith('$') && left?.kind === 'var' && left.name === value.name;
  return isGenerated && term !== undefined ? { ...equation, term } : plain;
};
