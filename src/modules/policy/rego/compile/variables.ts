import type { Expr, Term } from '../syntax/ast';
import { type FunctionTable, operatorSpelled } from './functions';
import { isRootDocument } from './names';
import { PRINT } from './signature';
import { isComprehension, partsOf, resultTerms, termsOf, walkBody, walkTerm } from './syntax-walk';

/** The local variables of a term outside of closures. The expressions of a template count as a closure: an undefined one does no harm. */
export function addVariables(term: Term, into: Set<string>): void {
  if (term.kind === 'var') {
    if (!isRootDocument(term.name)) {
      into.add(term.name);
    }
    return;
  }
  if (term.kind !== 'template' && !isPrint(term)) {
    partsOf(term).forEach((part) => addVariables(part, into));
  }
}

export function variablesOf(terms: readonly Term[]): Set<string> {
  const names = new Set<string>();
  terms.forEach((term) => addVariables(term, names));
  return names;
}

export function isPrint(term: Term): boolean {
  return term.kind === 'call' && term.operator === PRINT;
}

/** The variables of `with`: those of the paths of targets, and of values that name no function. */
export function withVariables(expr: Expr, functions: FunctionTable): Set<string> {
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

/** All variables of an expression outside of closures. */
export function exprVariables(expr: Expr, functions: FunctionTable): Set<string> {
  const names = withVariables(expr, functions);
  termsOf(expr).forEach((term) => addVariables(term, names));
  return names;
}

/** What a closure closes over, and more: all names within (OPA `unsafeVarsInClosures`). */
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
      partsOf(closure).forEach((part) => walkTerm(part, add));
    }
  });
}

/** The outermost comprehensions, templates and calls of `print` of an expression, those of `with` included. */
export function forEachClosure(expr: Expr, visit: (closure: Term) => void): void {
  const look = (term: Term): void => {
    if (isComprehension(term) || term.kind === 'template' || isPrint(term)) {
      visit(term);
    } else {
      partsOf(term).forEach(look);
    }
  };
  termsOf(expr).forEach(look);
  expr.with.forEach(({ value }) => look(value));
}
