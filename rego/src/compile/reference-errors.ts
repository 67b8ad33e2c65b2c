import type { RefTerm } from '../syntax/ast.js';
import { formatReference } from './format-reference.js';
import { isConstant } from './syntax-walk.js';
import type { Type } from './types.js';

const MAX_LISTED_KEYS = 20;

function prefixOf(term: RefTerm, position: number): string {
  return formatReference({ ...term, path: term.path.slice(0, position) });
}

function message(term: RefTerm, details: readonly string[]): string {
  const text = formatReference(term);
  return `undefined ref: ${text}\n\t${[text, ...details].join('\n\t')}`;
}

/** Returns the error if the value before the element at `position` does not have parts: a scalar or a function. */
export function unsupportedReference(term: RefTerm, position: number, have: string): string {
  return message(term, ['^'.repeat(prefixOf(term, position).length), `have: ${have}`]);
}

/** Returns the error if the value before the element has parts, but no part with that key. */
export function invalidReference(
  term: RefTerm,
  position: number,
  partType: Type | undefined,
  type: Type,
  keys: Type,
): string {
  const pad = ' '.repeat(prefixOf(term, position).length + 1);
  const part = term.path[position];
  const written = part?.kind === 'string' ? JSON.stringify(part.value) : part?.loc.text;
  const have = part !== undefined && isConstant(part) ? `have: ${written}` : `have (type): ${partType?.text ?? '???'}`;
  const names = namesOf(type);
  const want = names.length > 0 ? `want (one of): [${names.join(' ')}]` : `want (type): ${keys.text}`;
  return message(term, [`${pad}^`, pad + have, pad + want]);
}

function namesOf(type: Type): readonly string[] {
  if (type.kind === 'union') {
    return [...new Set(type.members.flatMap(namesOf))].sort().slice(0, MAX_LISTED_KEYS);
  }
  return type.kind === 'object' ? [...type.fields.keys()].sort().slice(0, MAX_LISTED_KEYS) : [];
}
