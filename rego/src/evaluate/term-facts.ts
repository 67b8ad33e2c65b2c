import type { Term } from '../syntax/ast.js';
import type { Names } from './names.js';

/** Returns whether the term, outside closures, mentions a variable that is not bound yet. */
export function hasUnbound(term: Term, names: Names): boolean {
  return someVariable(term, (name) => !isDocument(name) && !names.isBound(name));
}

/** Returns whether the term, outside closures, mentions the variable. */
export function mentions(term: Term, name: string): boolean {
  return someVariable(term, (other) => other === name);
}

/** Returns whether a variable of a term, outside closures and templates, satisfies the predicate. */
function someVariable(term: Term, isWanted: (name: string) => boolean): boolean {
  const within = (part: Term): boolean => someVariable(part, isWanted);
  switch (term.kind) {
    case 'var':
      return isWanted(term.name);
    case 'array':
    case 'set':
      return term.items.some(within);
    case 'object':
      return term.entries.some(([key, value]) => within(key) || within(value));
    case 'ref':
      return within(term.head) || term.path.some(within);
    case 'call':
      return term.args.some(within);
    case 'arrayComprehension':
    case 'boolean':
    case 'null':
    case 'number':
    case 'objectComprehension':
    case 'setComprehension':
    case 'string':
    case 'template':
      return false;
  }
}

/** Returns true for `data` and `input`, which are always bound. */
export function isDocument(name: string): boolean {
  return name === 'data' || name === 'input';
}

/**
 * Returns whether the term consists only of scalars, variables, and arrays and objects of these. Such a term can be matched against a
 * value before a body runs.
 */
export function isPattern(term: Term): boolean {
  switch (term.kind) {
    case 'var':
      return !isDocument(term.name);
    case 'array':
      return term.items.every(isPattern);
    case 'object':
      return term.entries.every(([key, value]) => isScalar(key) && isPattern(value));
    case 'arrayComprehension':
    case 'boolean':
    case 'call':
    case 'null':
    case 'number':
    case 'objectComprehension':
    case 'ref':
    case 'set':
    case 'setComprehension':
    case 'string':
    case 'template':
      return isScalar(term);
  }
}

function isScalar(term: Term): boolean {
  return term.kind === 'null' || term.kind === 'boolean' || term.kind === 'number' || term.kind === 'string';
}

export function variable(name: string, near: Term): Term {
  return { kind: 'var', loc: near.loc, name };
}
