import { checkDepth } from './depth.js';
import { formatNumber } from './number.js';
import { CHUNK_LENGTH, endOfChunk } from './text-chunks.js';
import { TextWriter, type OnGrowth } from './text-writer.js';
import { isArray } from './type-name.js';
import type { Value } from './value.js';

/**
 * Returns the value as Rego text, as OPA prints it (`ast.Value.String()`): `{"a": [1, true]}`, `{1, 2}`, `set()`. `onGrowth` can throw to
 * stop it.
 */
export function printValue(value: Value, onGrowth?: OnGrowth): string {
  const output = new TextWriter(onGrowth);
  print(value, 0, output);
  return output.finish();
}

/** Returns a string as is, and any other value as Rego text: the format of `print`, `sprintf` and interpolation. */
export function displayValue(value: Value, onGrowth?: OnGrowth): string {
  return typeof value === 'string' ? value : printValue(value, onGrowth);
}

function print(value: Value, depth: number, output: TextWriter): void {
  if (typeof value === 'string') {
    if (value.length <= CHUNK_LENGTH) {
      output.push(quoteGo(value));
    } else {
      writeText(value, output);
    }
  } else if (typeof value === 'number') {
    output.push(formatNumber(value));
  } else if (typeof value === 'boolean' || value === null) {
    output.push(String(value));
  } else {
    printComposite(value, depth, output);
  }
}

function printComposite(value: Extract<Value, object>, depth: number, output: TextWriter): void {
  checkDepth(depth);
  if (isArray(value)) {
    output.push('[');
    printItems(value, depth, output);
    output.push(']');
    return;
  }
  switch (value.kind) {
    case 'number':
      output.push(formatNumber(value));
      return;
    case 'set':
      if (value.size === 0) {
        output.push('set()');
        return;
      }
      output.push('{');
      printItems(value.sorted(), depth, output);
      output.push('}');
      return;
    case 'object': {
      let separator = '{';
      for (const [key, member] of value.entries()) {
        output.push(separator);
        print(key, depth + 1, output);
        output.push(': ');
        print(member, depth + 1, output);
        separator = ', ';
      }
      output.push(value.size === 0 ? '{}' : '}');
    }
  }
}

function printItems(items: readonly Value[], depth: number, output: TextWriter): void {
  let separator = '';
  for (const item of items) {
    output.push(separator);
    print(item, depth + 1, output);
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
/** Matches Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and only the ASCII space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Quotes a string like Go's `strconv.Quote` or, with `ascii`, like `strconv.QuoteToASCII`. */
export function quoteGo(text: string, ascii = false, onGrowth?: OnGrowth): string {
  if (text.length <= CHUNK_LENGTH) {
    return `"${escapeChunk(text, ascii)}"`;
  }
  const output = new TextWriter(onGrowth);
  writeText(text, output, ascii);
  return output.finish();
}

function writeText(text: string, output: TextWriter, ascii = false): void {
  output.push('"');
  for (let start = 0; start < text.length;) {
    const end = endOfChunk(text, start);
    output.push(escapeChunk(text.slice(start, end), ascii));
    start = end;
  }
  output.push('"');
}

function escapeChunk(text: string, ascii: boolean): string {
  if (PLAIN_TEXT.test(text)) {
    return text;
  }
  const escaped: string[] = [];
  for (const char of text) {
    escaped.push(char === '"' ? '\\"' : escapeRune(char, ascii));
  }
  return escaped.join('');
}

/** Escapes one code point as in a quoted Go string. The caller handles the quotes themselves. */
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
    return `\\x${(code - 0xdc00).toString(16)}`; // A byte that is not UTF-8; see bytes.ts.
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    return '\\ufffd';
  }
  if (code < 0x7f || (!ascii && PRINTABLE.test(char))) {
    return char;
  }
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
