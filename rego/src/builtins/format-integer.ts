import type { Budget } from '../evaluate/budget.js';
import { escapeRune } from '../values/print.js';
import { chargeText } from './costs.js';
import { type Directive, pad } from './format-directive.js';

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, s: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
const BIG_ONLY = 's';

/** Formats an integer for `%d`, `%b`, `%o`, `%O`, `%x`, `%X` and `%v` (Go `fmt.fmtInteger`); undefined for other verbs. */
export function formatInteger(value: bigint, directive: Directive, budget: Budget): string | undefined {
  const base = BASES[directive.verb ?? ''];
  if (base === undefined || (directive.verb === BIG_ONLY && isInt64(value))) {
    return undefined;
  }
  const { width, precision, zero } = directive;
  chargeText(budget, value.toString(16).length * 4);
  if (precision === 0 && value === 0n) {
    return pad('', { ...directive, zero: false });
  }
  const sign = value < 0n ? '-' : directive.plus ? '+' : directive.space ? ' ' : '';
  const minimum = precision ?? (zero && width !== undefined ? width - sign.length : 0);
  const digits = (value < 0n ? -value : value).toString(base).padStart(minimum, '0');
  const text = sign + prefixOf(directive, digits) + digits;
  return pad(directive.verb === 'X' ? text.toUpperCase() : text, { ...directive, zero: false });
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function prefixOf({ verb = '', sharp }: Directive, digits: string): string {
  if (verb === 'O') {
    return '0o';
  }
  if (!sharp) {
    return '';
  }
  switch (verb) {
    case 'b':
      return '0b';
    case 'o':
      return digits.startsWith('0') ? '' : '0';
    case 'x':
    case 'X':
      return '0x';
    default:
      return '';
  }
}

/** Formats the integer as a code point for `%c`, `%q` and `%U`; undefined for other verbs. */
export function formatRune(value: bigint, directive: Directive): string | undefined {
  switch (directive.verb ?? '') {
    case 'c':
      return pad(runeOf(value), directive);
    case 'q':
      return pad(quoteRune(runeOf(value), directive.plus), directive);
    case 'U': {
      const hex = (value < 0n ? BigInt.asUintN(64, value) : value).toString(16).toUpperCase();
      const code = `U+${hex.padStart(Math.max(directive.precision ?? 4, 4), '0')}`;
      return pad(directive.sharp && isPrintable(value) ? `${code} '${runeOf(value)}'` : code, {
        ...directive,
        zero: false,
      });
    }
    default:
      return undefined;
  }
}

function runeOf(value: bigint): string {
  const isScalar = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return isScalar ? String.fromCodePoint(Number(value)) : '\ufffd';
}

function quoteRune(char: string, ascii: boolean): string {
  return `'${char === "'" ? "\\'" : escapeRune(char, ascii)}'`;
}

function isPrintable(value: bigint): boolean {
  const char = runeOf(value);
  return value >= 0n && value <= 0x10ffffn && (escapeRune(char, false) === char || char === '\\');
}
