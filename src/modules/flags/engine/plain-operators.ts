import { isTruthy, type Run } from './step';
import { includesText } from '../../../kernel/text/text-search';
import { lookUp, pathOf } from './variable';

/** An operator on the values of its arguments. Its cost has already been charged. */
type PlainOperator = (values: readonly unknown[], data: unknown, run: Run) => unknown;

/** Compares two strings or two numbers. Excludes null, which JavaScript treats as 0. */
type Compare = (a: string | number, b: string | number) => boolean;

/** Operators that replace the engine's built-in operators, which look up inherited members and search strings in unbounded time. */
export const PLAIN_OPERATORS: ReadonlyMap<string, PlainOperator> = new Map<string, PlainOperator>([
  ['!', ([value], _data, run) => !isTruthy(value, run)],
  ['!!', ([value], _data, run) => isTruthy(value, run)],
  ['===', ([a, b]) => a === b],
  ['!==', ([a, b]) => a !== b],
  ['==', ([a, b]) => compared(a, b, (x, y) => x === y)],
  ['!=', ([a, b]) => compared(a, b, (x, y) => x !== y)],
  ['<', ordered((a, b) => a < b)],
  ['<=', ordered((a, b) => a <= b)],
  ['>', ordered((a, b) => a > b)],
  ['>=', ordered((a, b) => a >= b)],
  ['in', isWithin],
  ['missing', missing],
  [
    'missing_some',
    ([needed, names], data, run) => {
      if (!Array.isArray(names)) throw new TypeError('"missing_some" requires a list of paths.');
      const lacking = missing(names, data, run);
      return names.length - lacking.length >= (needed as number) ? [] : lacking;
    },
  ],
]);

/** `a < b`, or `a < b < c`. */
function ordered(compare: Compare): PlainOperator {
  return (values) => values.every((value, index) => index === 0 || compared(values[index - 1], value, compare));
}

/** Compares two strings (or null) directly, and all other values as numbers. Throws for a value that is not a number. */
function compared(a: unknown, b: unknown, compare: Compare): boolean {
  if (isTextOrNull(a) && isTextOrNull(b)) return compare(a as string, b as string);
  return compare(toNumber(a), toNumber(b));
}

function isTextOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}

function toNumber(value: unknown): number {
  const number = typeof value === 'object' && value !== null ? Number.NaN : Number(value);
  if (Number.isNaN(number)) throw new TypeError('The compared value is not a number.');
  return number;
}

function isWithin([item, whole]: readonly unknown[], _data: unknown, run: Run): boolean {
  // In JSON Logic, null and the empty string contain no values.
  if (whole === '' || whole === null || whole === undefined || whole === false || whole === 0) return false;
  if (typeof whole === 'string') {
    const part = String(item);
    run.work.charge(whole.length + part.length);
    return includesText(whole, part);
  }
  if (Array.isArray(whole)) return whole.includes(item);
  throw new TypeError('"in" requires a string or a list.');
}

/** Returns the paths without a value. */
function missing(paths: readonly unknown[], data: unknown, { work }: Run): readonly unknown[] {
  return paths.filter((path) => lookUp(data, pathOf(String(path)), work) === undefined);
}
