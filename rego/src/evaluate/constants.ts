import { RegoError } from '../errors.js';
import type { Term } from '../syntax/ast.js';
import { parseNumber } from '../values/number.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';

/** Returns the value of a term without variables, references, calls or closures; `undefined` for other terms. */
export function constantOf(term: Term): Value | undefined {
  switch (term.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return term.value;
    case 'number':
      return numberOf(term.text, term);
    case 'array':
      return allConstant(term.items);
    case 'set': {
      const items = allConstant(term.items);
      return items === undefined ? undefined : RegoSet.of(items);
    }
    case 'object': {
      const keys = allConstant(term.entries.map(([key]) => key));
      const values = allConstant(term.entries.map(([, value]) => value));
      // OPA's compiler does not choose between two values for one key. Evaluation does.
      const object = keys && values && RegoObject.of(keys.map((key, at) => [key, values[at] as Value]));
      return object?.size === keys?.length ? object : undefined;
    }
    case 'arrayComprehension':
    case 'call':
    case 'objectComprehension':
    case 'ref':
    case 'setComprehension':
    case 'template':
    case 'var':
      return undefined;
  }
}

function allConstant(terms: readonly Term[]): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const term of terms) {
    const value = constantOf(term);
    if (value === undefined) {
      return undefined;
    }
    values.push(value);
  }
  return values;
}

function numberOf(text: string, term: Term): Value {
  const value = parseNumber(text);
  if (value === undefined) {
    throw new RegoError('rego_parse_error', `the number ${text.slice(0, 40)} has too many digits`, term.loc);
  }
  return value;
}
