import { RegoError } from '../errors.js';
import type { Term } from '../syntax/ast.js';
import { equalValues } from '../values/compare.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { KeyMatch } from './compile-access.js';
import type { Context } from './context.js';
import { hasUnbound } from './term-facts.js';

/** Compiles the match of a value against a term: binds its unbound variables and compares everything else. */
export function compileMatch(context: Context, pattern: Term): KeyMatch {
  if (!hasUnbound(pattern, context.names)) {
    return matchKnown(context, pattern);
  }
  switch (pattern.kind) {
    case 'var': {
      const slot = context.names.bind(pattern.name);
      return (value, frame) => {
        frame[slot] = value;
        return true;
      };
    }
    case 'array': {
      const items = pattern.items.map((item) => compileMatch(context, item));
      return (value, frame) =>
        Array.isArray(value) &&
        value.length === items.length &&
        items.every((match, index) => match((value as readonly Value[])[index] as Value, frame));
    }
    case 'object':
      return matchObject(context, pattern.entries);
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
      throw new RegoError('rego_unsafe_var_error', 'expression is unsafe', pattern.loc);
  }
}

function matchKnown(context: Context, pattern: Term): KeyMatch {
  const constant = context.constant(pattern);
  if (constant !== undefined && (typeof constant !== 'object' || constant === null)) {
    return (value) => value === constant;
  }
  const get = context.getter(pattern);
  return (value, frame) => {
    const expected = get(frame);
    return expected !== undefined && equalValues(expected, value);
  };
}

function matchObject(context: Context, entries: readonly (readonly [Term, Term])[]): KeyMatch {
  const members = entries.map(([key, value]) => [context.getter(key), compileMatch(context, value)] as const);
  return (value, frame) =>
    value instanceof RegoObject &&
    value.size === members.length &&
    members.every(([getKey, match]) => {
      const key = getKey(frame);
      const member = key === undefined ? undefined : value.get(key);
      return member !== undefined && match(member, frame);
    });
}
