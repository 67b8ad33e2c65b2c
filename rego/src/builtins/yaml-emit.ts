import { checkDepth } from '../values/depth.js';
import { jsonKey } from '../values/json.js';
import { formatFraction, isInteger, toBigInt, toDecimal, toDouble } from '../values/number.js';
import { isArray } from '../values/type-name.js';
import type { RegoNumber, Value } from '../values/value.js';
import { isObject, isSet } from './operands.js';
import { compareKeys } from './yaml-key-order.js';
import { styleOf } from './yaml-scalar.js';

const INDENT = 2;
const BEST_WIDTH = 80;
const LONGEST_SIMPLE_KEY = 128;

/**
 * Writes YAML like `sigs.k8s.io/yaml`: block style, sequences not indented below their key, keys in natural order, and lines folded after
 * 80 columns.
 */
export function emitYaml(value: Value): string {
  const emitter = new YamlEmitter();
  emitter.node(value, { indent: 0, inMapping: false }, 0);
  return emitter.finish();
}

interface Place {
  readonly indent: number;
  readonly inMapping: boolean;
}

class YamlEmitter {
  private readonly parts: string[] = [];
  private column = 0;

  finish(): string {
    return `${this.parts.join('')}\n`;
  }

  node(value: Value, place: Place, depth: number): void {
    checkDepth(depth);
    if (isObject(value)) {
      const members = value.entries().map(([key, member]) => [jsonKey(key), member] as const);
      // If two keys have the same text (`1`, `"1"`), the later one applies, as in JSON.
      this.mapping([...new Map(members)], place, depth);
    } else if (isSet(value)) {
      this.sequence(value.sorted(), place, depth);
    } else if (isArray(value)) {
      this.sequence(value, place, depth);
    } else {
      this.scalar(value, place, depth);
    }
  }

  private mapping(members: (readonly [string, Value])[], place: Place, depth: number): void {
    if (members.length === 0) {
      this.write(`${this.gap()}{}`);
      return;
    }
    for (const [i, [key, member]] of members.sort(([a], [b]) => compareKeys(a, b)).entries()) {
      this.item(i === 0 && !place.inMapping, place.indent);
      const isSimple = key.length <= LONGEST_SIMPLE_KEY && !key.includes('\n');
      if (!isSimple) {
        this.write('?');
      }
      this.text(key, place.indent + INDENT, isSimple);
      if (!isSimple) {
        this.newLine(place.indent);
      }
      this.write(':');
      this.node(member, { indent: this.childIndent(member, place), inMapping: true }, depth + 1);
    }
  }

  /** A sequence starts in the same column as its key. */
  private childIndent(member: Value, place: Place): number {
    return isArray(member) || isSet(member) ? place.indent : place.indent + INDENT;
  }

  private sequence(items: readonly Value[], place: Place, depth: number): void {
    if (items.length === 0) {
      this.write(`${this.gap()}[]`);
      return;
    }
    for (const [i, item] of items.entries()) {
      this.item(i === 0 && !place.inMapping, place.indent);
      this.write('-');
      this.node(item, { indent: place.indent + INDENT, inMapping: false }, depth + 1);
    }
  }

  /** Starts an item. The first item within a sequence item follows the dash on the same line. */
  private item(continuesLine: boolean, indent: number): void {
    if (continuesLine) {
      this.write(this.gap());
    } else {
      this.newLine(indent);
    }
  }

  private gap(): string {
    return this.column === 0 || this.parts.at(-1)?.endsWith(' ') === true ? '' : ' ';
  }

  private scalar(value: Value, place: Place, depth: number): void {
    if (typeof value === 'string') {
      // Members of a mapping already have the indentation of their own level; everything else continues one level deeper.
      this.text(value, place.inMapping || depth === 0 ? place.indent || INDENT : place.indent, false);
      return;
    }
    this.write(
      this.gap() + (value === null || typeof value === 'boolean' ? String(value) : numberText(value as RegoNumber)),
    );
  }

  private text(text: string, indent: number, isKey: boolean): void {
    this.write(this.gap());
    switch (styleOf(text, isKey)) {
      case 'plain':
        this.folded(text, indent, isKey, (char) => char, false);
        return;
      case 'single':
        this.write("'");
        this.folded(text, indent, isKey, (char) => (char === "'" ? "''" : char), false);
        this.write("'");
        return;
      case 'double':
        this.write('"');
        this.folded(text, indent, isKey, escapeDouble, true);
        this.write('"');
        return;
      case 'literal':
        this.literal(text, indent);
    }
  }

  /** Breaks a long line at a space, which the line break replaces. */
  private folded(
    text: string,
    indent: number,
    isKey: boolean,
    escape: (char: string) => string,
    isDouble: boolean,
  ): void {
    const chars = [...text];
    let afterSpace = false;
    for (const [i, char] of chars.entries()) {
      const isBetween = i > 0 && i < chars.length - 1;
      const isBreakable = char === ' ' && !isKey && !afterSpace && this.column > BEST_WIDTH && isBetween;
      if (isBreakable && (isDouble || chars[i + 1] !== ' ')) {
        this.newLine(indent);
        if (chars[i + 1] === ' ') {
          this.write('\\');
        }
      } else {
        this.write(escape(char));
      }
      afterSpace = char === ' ';
    }
  }

  private literal(text: string, indent: number): void {
    const hint = /^[ \n]/.test(text) ? String(INDENT) : '';
    const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
    this.write(`|${hint}${chomp}`);
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
    for (const line of lines) {
      this.newLine(line === '' ? 0 : indent);
      this.write(line);
    }
  }

  private newLine(indent: number): void {
    if (this.parts.length > 0) {
      this.parts.push('\n');
    }
    this.column = 0;
    this.write(' '.repeat(indent));
  }

  private write(text: string): void {
    if (text !== '') {
      this.parts.push(text);
      this.column += text.length;
    }
  }
}

const UINT64_BITS = 64;

function numberText(number: RegoNumber): string {
  const integer = isInteger(number) ? toBigInt(number) : undefined;
  if (integer !== undefined && isMachineInteger(integer)) {
    return integer.toString();
  }
  const double = toDouble(number);
  if (!Number.isFinite(double)) {
    return double > 0 ? '.inf' : '-.inf';
  }
  const { digits, exponent } = toDecimal(Math.abs(double));
  return `${double < 0 ? '-' : ''}${formatFraction({ negative: false, digits: digits || '0', exponent }, 6)}`;
}

function isMachineInteger(integer: bigint): boolean {
  return BigInt.asIntN(UINT64_BITS, integer) === integer || BigInt.asUintN(UINT64_BITS, integer) === integer;
}

const DOUBLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0085', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);
const PLAIN_IN_DOUBLE = /[\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

function escapeDouble(char: string): string {
  const named = DOUBLE_ESCAPES.get(char);
  if (named !== undefined || PLAIN_IN_DOUBLE.test(char)) {
    return named ?? char;
  }
  const hex = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
