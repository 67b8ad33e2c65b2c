import { formatExponent } from '../values/number.js';
import { type Directive, pad } from './format-directive.js';

const MANTISSA_BITS = 52;

/** A finite double above zero, exactly: `0.digits × 10^point`. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

/**
 * Formats a finite double for `%e`, `%f`, `%g`, `%v`, `%b` and `%x` (Go `fmt.fmtFloat`, `strconv.FormatFloat`); undefined for other verbs.
 */
export function formatFloat(value: number, directive: Directive): string | undefined {
  const size = Math.abs(value);
  const text = formatSize(size, directive);
  if (text === undefined) {
    return undefined;
  }
  const sign = value < 0 || Object.is(value, -0) ? '-' : directive.plus ? '+' : directive.space ? ' ' : '';
  const { width, zero } = directive;
  if (zero && width !== undefined) {
    return sign + text.padStart(width - sign.length, '0');
  }
  return pad(sign + text, directive);
}

function formatSize(size: number, { verb = '', precision }: Directive): string | undefined {
  switch (verb) {
    case 'f':
    case 'F':
      return withPoint(exactDigits(size), precision ?? 6);
    case 'e':
    case 'E':
      return cased(withExponent(roundTo(exactDigits(size), (precision ?? 6) + 1), precision ?? 6), verb);
    case 'v':
    case 'g':
    case 'G':
      return cased(general(size, precision), verb);
    case 'b': {
      const { mantissa, exponent } = partsOf(size);
      return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
    }
    case 'x':
    case 'X':
      return cased(hexadecimal(size, precision), verb);
    default:
      return undefined;
  }
}

function cased(text: string, verb: string): string {
  return verb === verb.toUpperCase() ? text.toUpperCase() : text;
}

/** Returns the integers for which `size = mantissa × 2^exponent`. */
function partsOf(size: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> BigInt(MANTISSA_BITS));
  const fraction = bits & ((1n << BigInt(MANTISSA_BITS)) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << BigInt(MANTISSA_BITS)), exponent: biased - 1075 };
}

function exactDigits(size: number): Digits {
  const { mantissa, exponent } = partsOf(size);
  if (mantissa === 0n) {
    return { digits: '', point: 0 };
  }
  const text = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits: text.replace(/0+$/, ''), point: text.length + Math.min(exponent, 0) };
}

function shortestDigits(size: number): Digits {
  const [mantissa = '', power = '0'] = size.toExponential().split('e');
  const digits = mantissa.replace('.', '').replace(/0+$/, '');
  return { digits, point: digits === '' ? 0 : Number(power) + 1 };
}

/** Rounds to `count` digits, and rounds halves to even. */
function roundTo({ digits, point }: Digits, count: number): Digits {
  if (count < 0) {
    return { digits: '', point: 0 };
  }
  if (digits.length <= count) {
    return { digits, point };
  }
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isOdd = Number(kept.charAt(count - 1) || '0') % 2 === 1;
  const up = rest === '5' ? isOdd : rest >= '5';
  if (!up) {
    return { digits: kept.replace(/0+$/, ''), point: /[1-9]/.test(kept) ? point : 0 };
  }
  const raised = (BigInt(kept || '0') + 1n).toString().padStart(count, '0');
  return { digits: raised.replace(/0+$/, ''), point: point + (raised.length - count) };
}

/** Formats for `%f`. */
function withPoint(exact: Digits, precision: number): string {
  const { digits, point } = roundTo(exact, exact.point + precision);
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const fraction = (point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits).padEnd(precision, '0');
  return precision > 0 ? `${whole}.${fraction.slice(0, precision)}` : whole;
}

/** Formats for `%e`. */
function withExponent({ digits, point }: Digits, precision: number): string {
  const fraction = digits.slice(1).padEnd(precision, '0');
  return `${digits.charAt(0) || '0'}${precision > 0 ? `.${fraction}` : ''}${formatExponent(digits === '' ? 0 : point - 1)}`;
}

/**
 * Formats for `%g`, with an exponent for values below 10^-4, and for values of 10^precision or more (10^6 for the shortest representation).
 */
function general(size: number, precision: number | undefined): string {
  const rounded = precision === undefined ? shortestDigits(size) : roundTo(exactDigits(size), precision || 1);
  const { digits, point } = rounded;
  const exponent = digits === '' ? 0 : point - 1;
  if (exponent < -4 || exponent >= exponentFrom(digits.length, point, precision)) {
    return withExponent(rounded, Math.max(digits.length - 1, 0));
  }
  return withPoint(rounded, Math.max(digits.length - point, 0));
}

/** Returns the smallest exponent from which a number is formatted with an exponent, as in strconv. */
function exponentFrom(count: number, point: number, precision: number | undefined): number {
  if (precision === undefined) {
    return 6;
  }
  const limit = precision || 1;
  return limit > count && count >= point ? count : limit;
}

/** Formats in hexadecimal, such as `0x1.8p+01`. */
function hexadecimal(size: number, precision: number | undefined): string {
  if (size === 0) {
    return `0x0${precision !== undefined && precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`;
  }
  const parts = partsOf(size);
  const shift = BigInt(MANTISSA_BITS + 1 - parts.mantissa.toString(2).length);
  let mantissa = parts.mantissa << shift;
  let exponent = parts.exponent - Number(shift) + MANTISSA_BITS;
  if (precision !== undefined && precision < MANTISSA_BITS / 4) {
    const drop = BigInt(MANTISSA_BITS - 4 * precision);
    const rest = mantissa & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    mantissa = mantissa - rest + (rest > half || (rest === half && ((mantissa >> drop) & 1n) === 1n) ? 1n << drop : 0n);
    if (mantissa >> BigInt(MANTISSA_BITS + 1) > 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const hex = mantissa.toString(16).slice(1);
  const fraction = precision === undefined ? hex.replace(/0+$/, '') : hex.slice(0, precision).padEnd(precision, '0');
  const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${power}`;
}
