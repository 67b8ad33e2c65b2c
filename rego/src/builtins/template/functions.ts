import type { Budget } from '../../evaluate/budget.js';
import { byteSizeOf } from '../../values/byte-size.js';
import { bytesOfString, utf8Length } from '../../values/bytes.js';
import { compareStrings } from '../../values/compare.js';
import { compareNumbers, equalNumbers, toSafeInteger } from '../../values/number.js';
import { isArray, typeNameOf } from '../../values/type-name.js';
import type { RegoArray, Value } from '../../values/value.js';
import { formatGo } from '../format-go.js';
import { isNumber, isObject } from '../operands.js';
import { sprintfArguments } from '../sprintf-arguments.js';
import { isTrue, show, type TemplateValue } from './show.js';

/** An error that a function returns; the evaluator adds the location. */
export class FunctionFault extends Error {}

const HTML_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\ufffd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** Calls a function from `FUNCTION_NAMES` other than `and` and `or`, which do not evaluate all their arguments. */
export function callFunction(name: string, args: readonly TemplateValue[], budget: Budget): TemplateValue {
  const [first, second] = args;
  switch (name) {
    case 'not':
      return !isTrue(one(name, args));
    case 'len':
      return lengthOf(one(name, args), budget);
    case 'index':
      return args.slice(1).reduce((value, key) => indexInto(value, key, budget), first);
    case 'slice':
      return sliceOf(first, args.slice(1));
    case 'print':
      return text(printAll(args), budget);
    case 'println':
      return text(`${args.map(show).join(' ')}\n`, budget);
    case 'printf':
      return printf(args, budget);
    case 'html':
      return text(args.map(show).join(''), budget).replace(/[\0"'&<>]/g, (found) => HTML_ESCAPES.get(found) ?? found);
    case 'js':
      return text(args.map(show).join(''), budget).replace(/[\\'"<>&=\n\r\t]/g, escapeJs);
    case 'urlquery':
      return encodeURIComponent(text(args.map(show).join(''), budget))
        .replaceAll('%20', '+')
        .replace(/[!'()*]/g, escapeUrl);
    case 'eq':
      if (args.length < 2) {
        throw new FunctionFault('missing argument for comparison');
      }
      return args.slice(1).some((other) => areEqual(first, other));
    case 'ne':
      return !areEqual(first, second);
    default:
      return compare(name, order(first, second));
  }
}

function text(result: string, budget: Budget): string {
  budget.step(1 + result.length / 32);
  budget.allocate(8 * result.length);
  return result;
}

function one(name: string, args: readonly TemplateValue[]): TemplateValue {
  if (args.length !== 1) {
    throw new FunctionFault(`wrong number of args for ${name}: want 1 got ${args.length}`);
  }
  return args[0];
}

function lengthOf(value: TemplateValue, budget: Budget): number {
  if (typeof value === 'string') {
    budget.step(1 + value.length / 64);
    return utf8Length(value);
  }
  if (value !== undefined && isArray(value)) {
    return value.length;
  }
  if (isObject(value)) {
    return value.size;
  }
  throw new FunctionFault(
    value === undefined || value === null ? 'len of nil pointer' : `len of type ${typeNameOf(value)}`,
  );
}

function indexInto(collection: TemplateValue, key: TemplateValue, budget: Budget): TemplateValue {
  if (isObject(collection)) {
    return key === undefined ? undefined : collection.get(key);
  }
  if (typeof collection === 'string') {
    budget.step(1 + collection.length / 16);
    const bytes = bytesOfString(collection);
    return bytes[positionOf(key, bytes.length - 1)];
  }
  if (collection !== undefined && isArray(collection)) {
    return collection[positionOf(key, collection.length - 1)];
  }
  throw new FunctionFault(
    collection === undefined || collection === null
      ? 'index of untyped nil'
      : `can't index item of type ${typeNameOf(collection)}`,
  );
}

function positionOf(key: TemplateValue, largest: number): number {
  const index = isNumber(key) ? toSafeInteger(key) : undefined;
  if (index === undefined) {
    throw new FunctionFault('cannot index slice/array with this type');
  }
  if (index < 0 || index > largest) {
    throw new FunctionFault(`index out of range: ${index}`);
  }
  return index;
}

function sliceOf(value: TemplateValue, bounds: readonly TemplateValue[]): TemplateValue {
  if (value === undefined || (typeof value !== 'string' && !isArray(value))) {
    throw new FunctionFault(`can't slice item of type ${value === undefined ? 'nil' : typeNameOf(value)}`);
  }
  const [from = 0, to = value.length] = bounds.map((bound) => positionOf(bound, value.length));
  if (from > to) {
    throw new FunctionFault(`invalid slice index: ${from} > ${to}`);
  }
  return value.slice(from, to);
}

/** Formats like Go's `Sprint`: adds spaces only between two operands that are not strings. */
function printAll(args: readonly TemplateValue[]): string {
  let printed = '';
  for (const [i, arg] of args.entries()) {
    const spaced = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string';
    printed += (spaced ? ' ' : '') + show(arg);
  }
  return printed;
}

function printf(args: readonly TemplateValue[], budget: Budget): string {
  const [format, ...values] = args;
  if (typeof format !== 'string') {
    throw new FunctionFault('wrong type for value; expected string');
  }
  const printable = values.map((value): Value =>
    isObject(value) || (value !== undefined && isArray(value)) || value === null ? show(value) : (value ?? '<nil>'),
  ) satisfies RegoArray;
  budget.step(1 + byteSizeOf(printable) / 64);
  return formatGo(format, sprintfArguments(printable, budget), budget);
}

function escapeJs(character: string): string {
  return '\\\'"'.includes(character)
    ? `\\${character}`
    : `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function escapeUrl(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function areEqual(a: TemplateValue, b: TemplateValue): boolean {
  if (isNumber(a) && isNumber(b)) {
    return equalNumbers(a, b);
  }
  const [x, y] = [a ?? null, b ?? null];
  if (x === null || y === null) {
    return x === y;
  }
  if (typeof x === 'object' || typeof y === 'object') {
    throw new FunctionFault('non-comparable type');
  }
  if (typeof x !== typeof y) {
    throw new FunctionFault('incompatible types for comparison');
  }
  return x === y;
}

function order(a: TemplateValue, b: TemplateValue): number {
  if (isNumber(a) && isNumber(b)) {
    return compareNumbers(a, b);
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return compareStrings(a, b);
  }
  const comparable = (value: TemplateValue): boolean => isNumber(value) || typeof value === 'string';
  throw new FunctionFault(
    comparable(a) && comparable(b) ? 'incompatible types for comparison' : 'invalid type for comparison',
  );
}

function compare(name: string, result: number): boolean {
  switch (name) {
    case 'lt':
      return result < 0;
    case 'le':
      return result <= 0;
    case 'gt':
      return result > 0;
    default:
      return result >= 0;
  }
}
