import { checkDepth } from './depth';
import { formatNumber } from './number';
import { isArray } from './type-name';
import type { Value } from './value';

/** The value as Rego text, as OPA prints it (`ast.Value.String()`): `{"a": [1, true]}`, `{1, 2}`, `set()`. */
export function printValue(value: Value): string {
  const parts: string[] = [];
  print(value, 0, parts);
  return parts.join('');
}

/** A string as it is, everything else as Rego text; so `print`, `sprintf` and interpolation show values. */
export function displayValue(value: Value): string {
  return typeof value === 'string' ? value : printValue(value);
}

function print(value: Value, depth: number, parts: string[]): void {
  if (typeof value === 'string') {
    parts.push(quoteGo(value));
  } else if (typeof value === 'number') {
    parts.push(formatNumber(value));
  } else if (typeof value === 'boolean' || value === null) {
    parts.push(String(value));
  } else {
    printComposite(value, depth, parts);
  }
}

function printComposite(value: Extract<Value, object>, depth: number, parts: string[]): void {
  checkDepth(depth);
  if (isArray(value)) {
    parts.push('[');
    printItems(value, depth, parts);
    parts.push(']');
    return;
  }
  switch (value.kind) {
    case 'number':
      parts.push(formatNumber(value));
      return;
    case 'set':
      if (value.size === 0) {
        parts.push('set()');
        return;
      }
      parts.push('{');
      printItems(value.sorted(), depth, parts);
      parts.push('}');
      return;
    case 'object': {
      let separator = '{';
      for (const [key, member] of value.entries()) {
        parts.push(separator);
        print(key, depth + 1, parts);
        parts.push(': ');
        print(member, depth + 1, parts);
        separator = ', ';
      }
      parts.push(value.size === 0 ? '{}' : '}');
    }
  }
}

function printItems(items: readonly Value[], depth: number, parts: string[]): void {
  let separator = '';
  for (const item of items) {
    parts.push(separator);
    print(item, depth + 1, parts);
    separator = ', ';
  }
}

const PLAIN_TEXT = /^[ !#-[\]-~]*$/;
const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);
/** Go `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and of spaces the ASCII one. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Go `strconv.Quote`; with `ascii`, as `strconv.QuoteToASCII`. */
export function quoteGo(text: string, ascii = false): string {
  if (PLAIN_TEXT.test(text)) {
    return `"${text}"`;
  }
  let quoted = '"';
  for (const char of text) {
    quoted += char === '"' ? '\\"' : escapeRune(char, ascii);
  }
  return `${quoted}"`;
}

/** One code point as it stands within Go's quotes; quotes themselves are left to the caller. */
export function escapeRune(char: string, ascii: boolean): string {
  const named = NAMED_ESCAPES.get(char);
  if (named !== undefined) {
    return named;
  }
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) {
    return `\\x${code.toString(16).padStart(2, '0')}`;
  }
  if (code >= 0xdc80 && code <= 0xdcff) {
    return `\\x${(code - 0xdc00).toString(16)}`; // A byte that is no UTF-8, see bytes.ts.
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    return '\\ufffd';
  }
  if (code < 0x7f || (!ascii && PRINTABLE.test(char))) {
    return char;
  }
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
