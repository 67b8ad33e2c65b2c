import type { Term } from '../syntax/ast';
import type { Names } from './names';

/** Whether the term, outside of closures, mentions a variable that is not bound yet. */
export function hasUnbound(term: Term, names: Names): boolean {
  switch (term.kind) {
    case 'var':
      return !isDocument(term.name) && !names.isBound(term.name);
    case 'array':
    case 'set':
      return term.items.some((item) => hasUnbound(item, names));
    case 'object':
      return term.entries.some(([key, value]) => hasUnbound(key, names) || hasUnbound(value, names));
    case 'ref':
      return hasUnbound(term.head, names) || term.path.some((part) => hasUnbound(part, names));
    case 'call':
      return term.args.some((arg) => hasUnbound(arg, names));
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

/** `data` and `input` are always bound. */
export function isDocument(name: string): boolean {
  return name === 'data' || name === 'input';
}

export function mentions(term: Term, name: string): boolean {
  switch (term.kind) {
    case 'var':
      return term.name === name;
    case 'array':
    case 'set':
      return term.items.some((item) => mentions(item, name));
    case 'object':
      return term.entries.some(([key, value]) => mentions(key, name) || mentions(value, name));
    case 'ref':
      return mentions(term.head, name) || term.path.some((part) => mentions(part, name));
    case 'call':
      return term.args.some((arg) => mentions(arg, name));
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

/** Whether the term is made of scalars, variables and arrays and objects of such: it can be matched against a value before a body runs. */
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
