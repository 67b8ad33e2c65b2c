import type { Term } from './ast.js';
import { isName } from './tokens.js';

/**
 * Returns the dotted name by which a reference is called: `json.patch`, `data.lib.f`. Elements that are not names keep their brackets:
 * `data["my-lib"].f`. Returns `undefined` if the head is not a variable.
 */
export const operatorName = (head: Term, path: readonly Term[]): string | undefined => {
  if (head.kind !== 'var') {
    return undefined;
  }
  return path.reduce((name, element) => {
    if (element.kind !== 'string') {
      return `${name}[${element.loc.text}]`;
    }
    return isName(element.value) ? `${name}.${element.value}` : `${name}[${JSON.stringify(element.value)}]`;
  }, head.name);
};

/** Splits a name from `operatorName` into its elements. */
export const operatorPath = (operator: string): string[] => {
  const bracket = operator.indexOf('[');
  if (bracket < 0) {
    return operator.split('.');
  }
  const before = operator
    .slice(0, bracket)
    .split('.')
    .filter((name) => name !== '');
  const close = endOfBracket(operator, bracket);
  const inner = operator.slice(bracket + 1, close);
  const after = operator.slice(close + 1).replace(/^\./u, '');
  return [
    ...before,
    inner.startsWith('"') ? String(JSON.parse(inner)) : inner,
    ...(after === '' ? [] : operatorPath(after)),
  ];
};

/** Returns the position at which the bracket opened at `from` closes. Ignores brackets inside quotes. */
const endOfBracket = (operator: string, from: number): number => {
  let depth = 0;
  let quoted = false;
  for (let index = from; index < operator.length; index++) {
    const char = operator[index];
    if (quoted) {
      index += char === '\\' ? 1 : 0;
      quoted = char !== '"';
    } else if (char === '"') {
      quoted = true;
    } else if (char === '[') {
      depth++;
    } else if (char === ']' && --depth === 0) {
      return index;
    }
  }
  return operator.length;
};
