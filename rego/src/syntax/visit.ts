import type { Body, Expr, Rule, Term } from './ast.js';

/** Returns the terms directly below a term. For a comprehension, this includes the terms of the body. */
const childrenOf = (term: Term): readonly Term[] => {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return [];
    case 'template':
      return term.parts.filter((part) => typeof part !== 'string');
    case 'ref':
      return [term.head, ...term.path];
    case 'array':
    case 'set':
      return term.items;
    case 'object':
      return term.entries.flat();
    case 'call':
      return term.args;
    case 'arrayComprehension':
    case 'setComprehension':
      return [term.value, ...termsOfBody(term.body)];
    case 'objectComprehension':
      return [term.key, term.value, ...termsOfBody(term.body)];
  }
};

const termsOfExpr = (expr: Expr): readonly Term[] => {
  const ofWith = expr.with.flatMap(({ target, value }) => [target, value]);
  switch (expr.kind) {
    case 'term':
      return [expr.term, ...ofWith];
    case 'some':
      return expr.names;
    case 'someIn':
      return [...(expr.key === undefined ? [] : [expr.key]), expr.value, expr.domain, ...ofWith];
    case 'every': {
      const names = expr.key === undefined ? [expr.value] : [expr.key, expr.value];
      return [...names, expr.domain, ...termsOfBody(expr.body), ...ofWith];
    }
  }
};

const termsOfBody = (body: Body): readonly Term[] => body.flatMap(termsOfExpr);

const termsOfRule = ({ head, body }: Rule): readonly Term[] => [
  ...head.path,
  ...(head.args ?? []),
  ...(head.key === undefined ? [] : [head.key]),
  ...(head.value === undefined ? [] : [head.value]),
  ...termsOfBody(body),
];

/** Calls `visit` for the bodies of the rules and of their `else` chains, and for all bodies inside them. */
export const visitBodies = (rules: readonly Rule[], visit: (body: Body) => void): void => {
  const visitWithin = (body: Body): void => {
    visit(body);
    for (const expr of body) {
      if (expr.kind === 'every') {
        visitWithin(expr.body);
      }
    }
  };
  for (const rule of rules) {
    for (let link: Rule | undefined = rule; link !== undefined; link = link.else) {
      visitWithin(link.body);
    }
  }
  visitTerms(rules, (term) => {
    if ('body' in term) {
      visitWithin(term.body);
    }
  });
};

/**
 * Calls `visit` for each term of the rules, of their `else` chains, and of all bodies inside them, parents before children. Uses an
 * explicit stack.
 */
export const visitTerms = (rules: readonly Rule[], visit: (term: Term) => void): void => {
  for (const rule of rules) {
    for (let link: Rule | undefined = rule; link !== undefined; link = link.else) {
      visitAll(termsOfRule(link), visit);
    }
  }
};

/** Calls `visit` for each term of a body and of all bodies inside it, as `visitTerms` does. */
export const visitBodyTerms = (body: Body, visit: (term: Term) => void): void => {
  visitAll(termsOfBody(body), visit);
};

const visitAll = (terms: readonly Term[], visit: (term: Term) => void): void => {
  const pending = terms.toReversed();
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    visit(term);
    for (const child of childrenOf(term).toReversed()) {
      pending.push(child);
    }
  }
};
