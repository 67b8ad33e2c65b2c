import type { Budget } from '../../evaluate/budget.js';
import { compareNumbers, toDecimal, toDouble } from '../../values/number.js';
import { equalValues } from '../../values/compare.js';
import { stringifyJson } from '../../values/stringify-json.js';
import type { RegoNumber, Value } from '../../values/value.js';
import type { Place } from './checker.js';
import { fieldOf } from './findings.js';
import { hasFormat } from './formats.js';
import type { SchemaNode } from './schema-node.js';

/** The number of digits to which Go's `big.Float.String` rounds. */
const MESSAGE_DIGITS = 10;

export function validateNumber({ bounds }: SchemaNode, value: RegoNumber, { findings, path }: Place): void {
  const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = bounds;
  if (multipleOf !== undefined && !isMultipleOf(value, multipleOf)) {
    findings.add('multiple_of', path, `Must be a multiple of ${show(multipleOf)}`);
  }
  if (maximum !== undefined && compareNumbers(value, maximum) > 0) {
    findings.add('number_lte', path, `Must be less than or equal to ${show(maximum)}`);
  }
  if (exclusiveMaximum !== undefined && compareNumbers(value, exclusiveMaximum) >= 0) {
    findings.add('number_lt', path, `Must be less than ${show(exclusiveMaximum)}`);
  }
  if (minimum !== undefined && compareNumbers(value, minimum) < 0) {
    findings.add('number_gte', path, `Must be greater than or equal to ${show(minimum)}`);
  }
  if (exclusiveMinimum !== undefined && compareNumbers(value, exclusiveMinimum) <= 0) {
    findings.add('number_gt', path, `Must be greater than ${show(exclusiveMinimum)}`);
  }
  findings.score++;
}

/** Uses exact arithmetic: 0.3 is a multiple of 0.1. */
function isMultipleOf(value: RegoNumber, factor: RegoNumber): boolean {
  const [a, b] = [toDecimal(value), toDecimal(factor)];
  const exponent = Math.min(a.exponent, b.exponent);
  const whole = BigInt(a.digits || '0') * 10n ** BigInt(a.exponent - exponent);
  return whole % (BigInt(b.digits) * 10n ** BigInt(b.exponent - exponent)) === 0n;
}

/** Formats a number like Go's `%.10g`. */
function show(value: RegoNumber): string {
  const [mantissa = '', exponent] = toDouble(value)
    .toExponential(MESSAGE_DIGITS - 1)
    .split('e');
  const power = Number(exponent);
  if (power < -4 || power >= MESSAGE_DIGITS) {
    const sign = power < 0 ? '-' : '+';
    return `${String(Number(mantissa))}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return String(Number(`${mantissa}e${power}`));
}

export function validateString(
  { sizes, pattern }: SchemaNode,
  value: string,
  { findings, path }: Place,
  budget: Budget,
): void {
  const { minLength, maxLength } = sizes;
  if (minLength !== undefined || maxLength !== undefined) {
    budget.step(1 + value.length / 8);
    const length = countCodePoints(value);
    if (minLength !== undefined && length < minLength) {
      findings.add('string_gte', path, `String length must be greater than or equal to ${minLength}`);
    }
    if (maxLength !== undefined && length > maxLength) {
      findings.add('string_lte', path, `String length must be less than or equal to ${maxLength}`);
    }
  }
  if (pattern !== undefined && !pattern.test(value, budget)) {
    findings.add('pattern', path, `Does not match pattern '${pattern.source}'`);
  }
  findings.score++;
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) {
    count++;
  }
  return count;
}

/** Validates `const`, `enum` and `format`. */
export function validateAnyType(node: SchemaNode, value: Value, { findings, path }: Place, budget: Budget): void {
  if (node.constant !== undefined && !equalValues(node.constant, value)) {
    findings.add('const', path, `${fieldOf(path)} does not match: ${stringifyJson(node.constant)}`);
  }
  if (node.enumeration !== undefined) {
    budget.step(node.enumeration.length);
    if (!node.enumeration.some((allowed) => equalValues(allowed, value))) {
      const allowed = node.enumeration.map((item) => stringifyJson(item)).join(', ') || '(none)';
      findings.add('enum', path, `${fieldOf(path)} must be one of the following: ${allowed}`);
    }
  }
  if (node.format !== '' && typeof value === 'string' && !hasFormat(node.format, value, budget)) {
    findings.add('format', path, `Does not match format '${node.format}'`);
  }
  findings.score++;
}
