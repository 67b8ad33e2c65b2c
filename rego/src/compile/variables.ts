import type { Expr, Term } from '../syntax/ast.js';
import { type FunctionTable, operatorSpelled } from './functions.js';
import { isRootDocument } from './names.js';
import { PRINT } from './signature.js';
import { forEachPart, isComprehension, resultTerms, termsOf, walkBody, walkTerm } from './syntax-walk.js';

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Returns whether `test` holds for a local variable of the term outside closures. Stops at the first match. The expressions of a template
 * count as a closure, because an undefined expression in a template does no harm.
 */
export function someVariable(term: Term, test: (name: string) => boolean): boolean {
  switch (term.kind) {
    case 'var':
      return !isRootDocument(term.name) && test(term.name);
    case 'ref':
      return someVariable(term.head, test) || someVariableOf(term.path, test);
    case 'array':
    case 'set':
      return someVariableOf(term.items, test);
    case 'call':
      return !isPrint(term) && someVariableOf(term.args, test);
    case 'object':
      return term.entries.some(([key, value]) => someVariable(key, test) || someVariable(value, test));
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'template':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return false;
  }
}

function someVariableOf(terms: readonly Term[], test: (name: string) => boolean): boolean {
  for (const term of terms) {
    if (someVariable(term, test)) {
      return true;
    }
  }
  return false;
}

/** Returns the local variables of a term outside closures. */
export function addVariables(term: Term, into: Set<string>): void {
  someVariable(term, (name) => {
    into.add(name);
    return false;
  });
}

/** Returns the variables of terms. Most terms have none and share one empty set, since sets are expensive. */
export function variablesOf(terms: readonly Term[]): ReadonlySet<string> {
  let names: Set<string> | undefined;
  someVariableOf(terms, (name) => {
    (names ??= new Set()).add(name);
    return false;
  });
  return names ?? NO_NAMES;
}

export function isPrint(term: Term): boolean {
  return term.kind === 'call' && term.operator === PRINT;
}

/** Returns the variables of `with`: those in the paths of targets, and in values that do not name a function. */
export function withVariables(expr: Expr, functions: FunctionTable): ReadonlySet<string> {
  if (expr.with.length === 0) {
    return NO_NAMES;
  }
  const names = new Set<string>();
  for (const { target, value } of expr.with) {
    if (target.kind === 'ref') {
      target.path.forEach((part) => addVariables(part, names));
    }
    const operator = operatorSpelled(value);
    if (operator === undefined || !functions.isFunction(operator)) {
      addVariables(value, names);
    }
  }
  return names;
}

/** Returns all variables of an expression outside closures, starting with the variables of `with`. */
export function exprVariables(expr: Expr, functions: FunctionTable): ReadonlySet<string> {
  if (expr.with.length === 0) {
    return variablesOf(termsOf(expr));
  }
  const names = new Set(withVariables(expr, functions));
  termsOf(expr).forEach((term) => addVariables(term, names));
  return names;
}

/** Adds all names inside a closure, including the variables that it captures (OPA `unsafeVarsInClosures`). */
export function addClosureVariables(expr: Expr, into: Set<string>): void {
  const add = (term: Term): boolean => {
    if (term.kind === 'var' && !isRootDocument(term.name)) {
      into.add(term.name);
    }
    return false;
  };
  if (expr.kind === 'every') {
    walkBody(expr.body, add);
  }
  forEachClosure(expr, (closure) => {
    if (isComprehension(closure)) {
      resultTerms(closure).forEach((term) => walkTerm(term, add));
      walkBody(closure.body, add);
    } else {
      forEachPart(closure, (part) => walkTerm(part, add));
    }
  });
}

/** Returns whether an expression contains bodies, or terms that can be undefined without harm. */
export function hasClosures(expr: Expr): boolean {
  let found = expr.kind === 'every';
  forEachClosure(expr, () => {
    found = true;
  });
  return found;
}

/** The outermost comprehensions, templates and calls to `print` in an expression, including those in `with`. */
export function forEachClosure(expr: Expr, visit: (closure: Term) => void): void {
  const look = (term: Term): void => {
    if (isComprehension(term) || term.kind === 'template' || isPrint(term)) {
      visit(term);
    } else {
      forEachPart(term, look);
    }
  };
  termsOf(expr).forEach(look);
  expr.with.forEach(({ value }) => look(value));
}
