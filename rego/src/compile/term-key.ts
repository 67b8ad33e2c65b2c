import type { Term } from '../syntax/ast.js';
import { formatNumber, parseNumber } from '../values/number.js';
import { partsOf } from './syntax-walk.js';

/**
 * Returns a key that is equal for terms that are equal as written: `1` and `1.0`, `{1, x}` and `{x, 1}`. A closure does not equal any other
 * term.
 */
export function termKey(term: Term): string {
  switch (term.kind) {
    case 'string':
      return JSON.stringify(term.value);
    case 'number':
      return numberKey(term.text);
    case 'boolean':
      return String(term.value);
    case 'null':
      return 'null';
    case 'var':
      return `$${term.name}`;
    case 'array':
      return `[${term.items.map(termKey).join(',')}]`;
    case 'set':
      return `<${[...new Set(term.items.map(termKey))].sort().join(',')}>`;
    case 'object':
      return `{${term.entries
        .map(([key, value]) => `${termKey(key)}:${termKey(value)}`)
        .sort()
        .join(',')}}`;
    case 'ref':
    case 'call':
      return `${term.kind === 'call' ? term.operator : 'ref'}(${partsOf(term).map(termKey).join(',')})`;
    case 'template':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
      return `${term.kind}@${term.loc.offset}`;
  }
}

function numberKey(text: string): string {
  const number = parseNumber(text);
  return number === undefined ? text : formatNumber(number);
}
