import type { Budget } from '../evaluate/budget.js';
import { truncate } from '../values/arithmetic.js';
import { parseNumber, toDouble } from '../values/number.js';
import { quoteGo } from '../values/print.js';
import { RegoSet } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { RegoNumber, TypeName, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeNumbers, chargeReading, chargeSet, chargeText } from './costs.js';
import { ANY, ARRAY, ARRAY_OR_SET, NUMBER, SET, STRING, declare } from './declare.js';
import { failure, itemsOf, operandEnumError, operandError } from './operands.js';

/** Conversions (OPA `topdown/casts.go`, `strings.go`). */
export const CONVERSIONS: readonly Builtin[] = [
  declare('to_number', [['null', 'boolean', 'number', 'string']], NUMBER, ([value = null], { budget }) =>
    toNumber(value, budget),
  ),
  declare('format_int', [NUMBER, NUMBER], STRING, ([number, base], { budget }) =>
    formatInteger(number as RegoNumber, base as RegoNumber, budget),
  ),
  declare('cast_array', [ARRAY_OR_SET], ARRAY, ([value]) => itemsOf(value)),
  declare('cast_set', [ARRAY_OR_SET], SET, ([value = null], { budget }) => {
    chargeSet(budget, itemsOf(value).length);
    return isArray(value) ? RegoSet.of(value) : value;
  }),
  ...(['boolean', 'null', 'object', 'string'] as const).map(cast),
];

function cast(type: TypeName): Builtin {
  return declare(`cast_${type}`, [[type]], ANY, ([value]) => value);
}

const NOT_FINITE = /^[+-]*(?:inf|infinity|nan)$/i;
/** The decimal syntax of Go's `strconv.ParseFloat`. OPA converts the result to a JSON number. */
const GO_FLOAT = /^([+-]?)(\d*)(\.\d*)?([eE][+-]?\d+)?$/;

function toNumber(value: Value, budget: Budget): RegoNumber {
  if (value === null || typeof value === 'boolean') {
    return value === true ? 1 : 0;
  }
  if (typeof value !== 'string') {
    return value as RegoNumber;
  }
  chargeReading(budget, value.length * 8);
  if (NOT_FINITE.test(value)) {
    throw operandError(1, 'must be valid number string but got string');
  }
  const number = parseGoFloat(value);
  if (number === undefined || !Number.isFinite(toDouble(number))) {
    const fault = number === undefined ? 'invalid syntax' : 'value out of range';
    throw failure(`strconv.ParseFloat: parsing ${quoteGo(value.slice(0, 100))}: ${fault}`);
  }
  return number;
}

/**
 * Parses a decimal number, including forms that Go allows but JSON does not: a plus sign, leading zeros, or no digits on one side of the
 * decimal point.
 */
export function parseGoFloat(text: string): RegoNumber | undefined {
  const exact = parseNumber(text);
  if (exact !== undefined) {
    return exact;
  }
  const match = GO_FLOAT.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, sign, whole = '', fraction = '', exponent = ''] = match;
  if (whole === '' && fraction.length < 2) {
    return undefined;
  }
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return parseNumber(`${sign === '-' ? '-' : ''}${digits}${fraction.length < 2 ? '' : fraction}${exponent}`);
}

/** Formats the integer part of the number in base 2, 8, 10 or 16. */
function formatInteger(number: RegoNumber, base: RegoNumber, budget: Budget): string {
  if (base !== 2 && base !== 8 && base !== 10 && base !== 16) {
    throw operandEnumError(2, '2', '8', '10', '16');
  }
  chargeNumbers(budget, number);
  const digits = typeof number === 'number' ? 64 : number.digits.length + Math.max(number.exponent, 0);
  chargeText(budget, Math.ceil((digits * Math.log(10)) / Math.log(base)));
  return typeof number === 'number' && Math.abs(number) <= Number.MAX_SAFE_INTEGER
    ? (Math.trunc(number) + 0).toString(base)
    : truncate(number).toString(base);
}
