import { fractional } from './fractional';
import { asText, type Run } from './step';
import { compareVersions } from './versions';

/** An operator on a list of values. Its cost has already been charged. Throws for invalid values. */
export type ListOperator = (values: readonly unknown[], run: Run) => unknown;

/** Operators with any number of values, including the values in a list that an expression returns. */
export const LIST_OPERATORS: ReadonlyMap<string, ListOperator> = new Map<string, ListOperator>([
  ['+', (values) => computed(0, values, (sum, value) => sum + value)],
  ['*', (values) => computed(1, values, (product, value) => product * value)],
  ['-', ([first, ...others]) => (others.length === 0 ? computed(0, [first], minus) : computed(first, others, minus))],
  ['/', ([first, ...others]) => computed(first, others, (dividend, divisor) => dividend / divisor)],
  ['%', ([first, ...others]) => computed(first, others, (dividend, divisor) => dividend % divisor)],
  ['max', (values) => numbersOf(values).reduce((a, b) => Math.max(a, b))],
  ['min', (values) => numbersOf(values).reduce((a, b) => Math.min(a, b))],
  ['cat', (values) => values.map((value) => (value === null ? '' : asText(value))).join('')],
  ['substr', ([text, start, length]) => part(text, start, length)],
  ['merge', (values) => values.flat()],
  ['starts_with', (values) => compareTexts(values, (text, start) => text.startsWith(start))],
  ['ends_with', (values) => compareTexts(values, (text, end) => text.endsWith(end))],
  ['sem_ver', compareVersions],
  ['fractional', fractional],
]);

/** Converts a value to a number by the rules of JSON Logic, which also convert strings of digits, `true`, `false` and a missing value. */
function numberOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Number.NaN : Number(value);
}

/** Applies an operation to the first value and each further value. Throws if the result is not a number, such as after a division by 0. */
function computed(
  first: unknown,
  others: readonly unknown[],
  operation: (result: number, value: number) => number,
): number {
  const result = others.reduce<number>((sum, value) => operation(sum, numberOf(value)), numberOf(first));
  if (!Number.isFinite(result)) throw new TypeError('The result is not a number.');
  return result;
}

function minus(minuend: number, subtrahend: number): number {
  return minuend - subtrahend;
}

function numbersOf(values: readonly unknown[]): readonly number[] {
  if (values.length === 0 || !values.every((value) => typeof value === 'number')) {
    throw new TypeError('"max" and "min" require numbers.');
  }
  return values;
}

/** Returns a part of a string: a negative `start` counts from the end, and a negative `length` omits that many characters at the end. */
function part(text: unknown, start: unknown, length: unknown): string {
  if (typeof text !== 'string') throw new TypeError('"substr" requires a string.');
  const rest = text.slice(numberOf(start));
  if (length === undefined) return rest;
  const count = numberOf(length);
  return rest.slice(0, count < 0 ? Math.max(0, rest.length + count) : count);
}

function compareTexts(values: readonly unknown[], compare: (text: string, part: string) => boolean): boolean | null {
  const [text, other, ...more] = values;
  return typeof text === 'string' && typeof other === 'string' && more.length === 0 ? compare(text, other) : null;
}
