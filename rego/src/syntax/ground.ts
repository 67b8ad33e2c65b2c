import type { Term } from './ast.js';

/** Returns whether a term does not contain any variables outside its comprehensions. The head of a reference counts as a variable. */
export const isGround = (term: Term): boolean => {
  switch (term.kind) {
    case 'var':
      return false;
    case 'ref':
      return isGround(term.head) && term.path.every(isGround);
    case 'array':
    case 'set':
      return term.items.every(isGround);
    case 'object':
      return term.entries.every((entry) => entry.every(isGround));
    case 'call':
      return term.args.every(isGround);
    case 'template':
      return term.parts.every((part) => typeof part === 'string' || isGround(part));
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return true;
  }
};
