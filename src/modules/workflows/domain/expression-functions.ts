import type { JsonValue } from '../../jobs/contract/job.types';
import { ExpressionFault } from './expression';

/** A value of an expression; `undefined` for a path that leads nowhere. */
export type Value = JsonValue | undefined;

interface PureFunction {
  /** Least and most arguments, the value before the bar not counted. */
  readonly args: readonly [number, number];
  readonly of: (value: Value, ...args: readonly Value[]) => Value;
}

/** The functions of expressions: pure, and linear in what they are given. */
const FUNCTIONS: ReadonlyMap<string, PureFunction> = new Map<string, PureFunction>([
  ['default', { args: [1, 1], of: (value, other) => value ?? other }],
  ['upper', { args: [0, 0], of: (value) => textOf(value).toUpperCase() }],
  ['lower', { args: [0, 0], of: (value) => textOf(value).toLowerCase() }],
  ['trim', { args: [0, 0], of: (value) => textOf(value).trim() }],
  ['string', { args: [0, 0], of: (value) => textOf(value) }],
  ['json', { args: [0, 0], of: (value) => JSON.stringify(value ?? null) }],
  ['number', { args: [0, 0], of: (value) => numberOf(value) }],
  ['length', { args: [0, 0], of: (value) => lengthOf(value) }],
  ['first', { args: [0, 0], of: (value) => (isList(value) ? value[0] : undefined) }],
  ['last', { args: [0, 0], of: (value) => (isList(value) ? value.at(-1) : undefined) }],
  ['keys', { args: [0, 0], of: (value) => (isObject(value) ? Object.keys(value) : []) }],
  ['join', { args: [0, 1], of: (value, by = ', ') => (isList(value) ? value.map(textOf).join(shortText(by)) : '') }],
  ['contains', { args: [1, 1], of: contains }],
]);

/** Errors: {@link ExpressionFault} for a function that is none, or too many or few arguments. */
export function functionNamed(name: string, args: number): PureFunction['of'] {
  const found = FUNCTIONS.get(name);
  if (found === undefined) {
    throw new ExpressionFault(
      `There is no function "${name.slice(0, 40)}"; there are ${[...FUNCTIONS.keys()].join(', ')}.`,
    );
  }
  const [least, most] = found.args;
  if (args < least || args > most) {
    throw new ExpressionFault(
      `The function "${name}" takes ${least === most ? least : `${least} to ${most}`} arguments.`,
    );
  }
  return found.of;
}

/** A value as it stands in a text: nothing for what is not there, JSON for lists and objects. */
export function textOf(value: Value): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function isList(value: Value): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is { readonly [name: string]: JsonValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** So that joining a long list by a long text is not the product of both. */
function shortText(value: Value): string {
  return textOf(value).slice(0, 16);
}

function numberOf(value: Value): Value {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function lengthOf(value: Value): number {
  if (isList(value) || typeof value === 'string') return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

function contains(value: Value, part: Value): boolean {
  if (typeof value === 'string') return value.includes(textOf(part));
  if (isList(value)) return value.some((one) => one === part);
  return isObject(value) && typeof part === 'string' && Object.hasOwn(value, part);
}
