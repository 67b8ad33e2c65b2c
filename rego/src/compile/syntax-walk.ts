import type { Body, Comprehension, Expr, Location, Term, TermExpr, With } from '../syntax/ast.js';
import { isRootDocument } from './names.js';

export function isComprehension(term: Term): term is Comprehension {
  return term.kind === 'arrayComprehension' || term.kind === 'setComprehension' || term.kind === 'objectComprehension';
}

/** Returns the key (if any) and value of a comprehension. */
export function resultTerms(term: Comprehension): readonly Term[] {
  return term.kind === 'objectComprehension' ? [term.key, term.value] : [term.value];
}

const NO_TERMS: readonly Term[] = [];

/** Returns the parts of a term outside closures. A comprehension has no such parts; the parts of a template include its expressions. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.kind) {
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
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return NO_TERMS;
  }
}

/**
 * Calls `visit` with each part from `partsOf` that is not a scalar. Does not allocate a list, since compilation consists mostly of walks
 * over terms.
 */
export function forEachPart(term: Term, visit: (part: Term) => void): void {
  switch (term.kind) {
    case 'ref':
      visit(term.head);
      forEachOf(term.path, visit);
      return;
    case 'array':
    case 'set':
      forEachOf(term.items, visit);
      return;
    case 'call':
      forEachOf(term.args, visit);
      return;
    case 'object':
    case 'template':
      forEachOf(partsOf(term), visit);
      return;
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
  }
}

function forEachOf(terms: readonly Term[], visit: (part: Term) => void): void {
  for (const term of terms) {
    if (!isScalar(term)) {
      visit(term);
    }
  }
}

/** Returns the terms of an expression outside closures, excluding the terms of `with`. */
export function termsOf(expr: Expr): readonly Term[] {
  switch (expr.kind) {
    case 'term':
      return [expr.term];
    case 'some':
      return expr.names;
    case 'someIn':
      return expr.key === undefined ? [expr.value, expr.domain] : [expr.key, expr.value, expr.domain];
    case 'every':
      return [expr.domain];
  }
}

/** Visits a term. Return `true` to skip its parts. `statement`: the term is an entire expression. */
export type TermVisitor = (term: Term, statement: boolean) => boolean;

/** Visits `term` and each term inside it, parents before children, including closures. Skips scalars, which no visitor needs. */
export function walkTerm(term: Term, visit: TermVisitor, statement = false): void {
  if (visit(term, statement)) {
    return;
  }
  switch (term.kind) {
    case 'ref':
      walkTerm(term.head, visit);
      walkTerms(term.path, visit);
      return;
    case 'array':
    case 'set':
      walkTerms(term.items, visit);
      return;
    case 'call':
      walkTerms(term.args, visit);
      return;
    case 'object':
    case 'template':
      walkTerms(partsOf(term), visit);
      return;
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      walkTerms(resultTerms(term), visit);
      walkBody(term.body, visit);
      return;
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
  }
}

function walkTerms(terms: readonly Term[], visit: TermVisitor): void {
  for (const term of terms) {
    if (!isScalar(term)) {
      walkTerm(term, visit);
    }
  }
}

export function walkBody(body: Body, visit: TermVisitor): void {
  for (const expr of body) {
    walkExpr(expr, visit);
  }
}

/** Visits each term of an expression, including the terms of `with` (targets first) and of closures. */
function walkExpr(expr: Expr, visit: TermVisitor): void {
  if (expr.kind === 'term') {
    walkTerm(expr.term, visit, true);
  } else {
    walkTerms(termsOf(expr), visit);
  }
  if (expr.kind === 'every') {
    if (expr.key !== undefined) {
      walkTerm(expr.key, visit);
    }
    walkTerm(expr.value, visit);
    walkBody(expr.body, visit);
  }
  for (const modifier of expr.with) {
    walkTerm(modifier.target, visit);
    walkTerm(modifier.value, visit);
  }
}

/**
 * Returns whether the value of the term must be computed: it is neither a constant nor a pattern of variables (OPA
 * `requiresEval`).
 */
export function requiresEvaluation(term: Term): boolean {
  switch (term.kind) {
    case 'var':
      return isRootDocument(term.name);
    case 'ref':
    case 'call':
    case 'template':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return true;
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return false;
    case 'array':
    case 'set':
    case 'object':
      return partsOf(term).some(requiresEvaluation);
  }
}

export function isScalar(term: Term): boolean {
  return term.kind === 'null' || term.kind === 'boolean' || term.kind === 'number' || term.kind === 'string';
}

export function isConstant(term: Term): boolean {
  if (isScalar(term)) {
    return true;
  }
  return term.kind !== 'var' && !requiresEvaluation(term) && partsOf(term).every(isConstant);
}

export function variable(name: string, loc: Location): Term {
  return { kind: 'var', name, loc };
}

export function call(operator: string, args: readonly Term[], loc: Location): Term {
  return { kind: 'call', operator, args, loc };
}

export function termExpr(term: Term, modifiers: readonly With[] = [], negated = false): TermExpr {
  return { kind: 'term', term, negated, with: modifiers, loc: term.loc };
}

/** Returns the expression `name = term`. */
export function binding(name: string, term: Term, modifiers: readonly With[] = []): TermExpr {
  return termExpr(call('eq', [variable(name, term.loc), term], term.loc), modifiers);
}
