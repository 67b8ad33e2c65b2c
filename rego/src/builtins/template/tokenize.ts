import { parseNumber } from '../../values/number.js';
import type { Value } from '../../values/value.js';
import { templateFault } from './template-fault.js';

/** A token in an action. A field includes its dot. A space separates arguments, so `.a .b` is two arguments and `.a.b` is one. */
export type TemplateToken =
  | { readonly kind: 'space' }
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'word' | 'variable' | 'field' | 'symbol'; readonly text: string };

const SPACES = /[ \t\r\n]+/y;
const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y;
const RAW = /`[^`]*`/y;
const CHARACTER = /'(?:[^'\\\n]|\\.[^'\n]*)'/y;
const SYMBOLS = [':=', '=', '|', '(', ')', ','];

/** Reads the tokens of an action up to its closing braces, which start at `end`, or up to the space and dash that trim the next text. */
export function tokenize(
  source: string,
  start: number,
  line: number,
): { readonly tokens: readonly TemplateToken[]; readonly end: number } {
  const tokens: TemplateToken[] = [];
  let at = start;
  while (!atEnd(source, at)) {
    if (at >= source.length) {
      throw templateFault(line, 'unclosed action');
    }
    const { token, end } = readToken(source, at, line);
    tokens.push(token);
    at = end;
  }
  return { tokens, end: at };
}

function atEnd(source: string, at: number): boolean {
  return source.startsWith('}}', at) || (/^[ \t\r\n]-}}/.test(source.slice(at, at + 4)) && at < source.length);
}

interface ReadToken {
  readonly token: TemplateToken;
  readonly end: number;
}

function readToken(source: string, at: number, line: number): ReadToken {
  if (match(SPACES, source, at) !== undefined) {
    // Reads one space at a time, so that a trimming dash is recognized.
    return { token: { kind: 'space' }, end: at + 1 };
  }
  return readLiteral(source, at) ?? readName(source, at) ?? readSymbol(source, at) ?? unexpected(source, at, line);
}

function readLiteral(source: string, at: number): ReadToken | undefined {
  const number = match(NUMBER, source, at);
  if (number !== undefined) {
    const value = parseNumber(decimalOf(number));
    return value === undefined ? undefined : { token: { kind: 'literal', value }, end: at + number.length };
  }
  const raw = match(RAW, source, at);
  if (raw !== undefined) {
    return { token: { kind: 'literal', value: raw.slice(1, -1).replaceAll('\r', '') }, end: at + raw.length };
  }
  const quoted = match(QUOTED, source, at);
  if (quoted !== undefined) {
    return { token: { kind: 'literal', value: unquote(quoted.slice(1, -1)) }, end: at + quoted.length };
  }
  const character = match(CHARACTER, source, at);
  return character === undefined
    ? undefined
    : {
        token: { kind: 'literal', value: unquote(character.slice(1, -1)).codePointAt(0) ?? 0 },
        end: at + character.length,
      };
}

/** Converts a number from Go's syntax to JSON's. */
function decimalOf(number: string): string {
  const plain = number.replaceAll('_', '').replace(/^\+/, '');
  if (/^-?0[xXbBoO]/.test(plain)) {
    const size = BigInt(plain.replace('-', ''));
    return (plain.startsWith('-') ? -size : size).toString();
  }
  return plain
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=$|[eE])/, '');
}

function unquote(text: string): string {
  return text.replace(
    /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/g,
    (whole, simple?: string, ...codes: (string | undefined)[]) => {
      if (simple !== undefined) {
        return { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }[simple] ?? simple;
      }
      const [hex2, hex4, hex8, octal] = codes;
      const code = Number.parseInt(hex2 ?? hex4 ?? hex8 ?? octal ?? '', octal === undefined ? 16 : 8);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function readName(source: string, at: number): ReadToken | undefined {
  const sigil = source.charAt(at);
  const word = match(WORD, source, sigil === '.' || sigil === '$' ? at + 1 : at) ?? '';
  if (sigil === '$') {
    return { token: { kind: 'variable', text: `$${word}` }, end: at + 1 + word.length };
  }
  if (sigil === '.') {
    return { token: { kind: 'field', text: `.${word}` }, end: at + 1 + word.length };
  }
  return word === '' ? undefined : { token: { kind: 'word', text: word }, end: at + word.length };
}

function readSymbol(source: string, at: number): ReadToken | undefined {
  const text = SYMBOLS.find((symbol) => source.startsWith(symbol, at));
  return text === undefined ? undefined : { token: { kind: 'symbol', text }, end: at + text.length };
}

function unexpected(source: string, at: number, line: number): never {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === '"' || character === '`') {
    throw templateFault(line, character === '"' ? 'unterminated quoted string' : 'unterminated raw quoted string');
  }
  throw templateFault(line, `unrecognized character in action: U+${toHex(character)} '${character}'`);
}

function toHex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
