import { includesText } from '../../../kernel/text/text-search';
import type { JsonValue } from '../../jobs/contract/job.types';
import { ExpressionFault } from './expression';
import { type StepBudget, STEPS } from './step-budget';

/** The value of an expression; `undefined` for a path that does not lead to a value. */
export type Value = JsonValue | undefined;

interface PureFunction {
  /** The minimum and maximum number of arguments, not counting the value before the bar. */
  readonly args: readonly [number, number];
  readonly of: (budget: StepBudget, value: Value, ...args: readonly Value[]) => Value;
}

/** The functions of expressions. They are pure, take time linear in the size of their arguments, and are charged for before they run. */
const FUNCTIONS: ReadonlyMap<string, PureFunction> = new Map<string, PureFunction>([
  ['default', { args: [1, 1], of: (_budget, value, other) => value ?? other }],
  ['upper', { args: [0, 0], of: (budget, value) => textOf(value, budget).toUpperCase() }],
  ['lower', { args: [0, 0], of: (budget, value) => textOf(value, budget).toLowerCase() }],
  ['trim', { args: [0, 0], of: (budget, value) => textOf(value, budget).trim() }],
  ['string', { args: [0, 0], of: (budget, value) => textOf(value, budget) }],
  ['json', { args: [0, 0], of: (budget, value) => jsonOf(value ?? null, budget) }],
  ['number', { args: [0, 0], of: numberOf }],
  ['length', { args: [0, 0], of: lengthOf }],
  ['first', { args: [0, 0], of: (_budget, value) => (isList(value) ? value[0] : undefined) }],
  ['last', { args: [0, 0], of: (_budget, value) => (isList(value) ? value.at(-1) : undefined) }],
  ['keys', { args: [0, 0], of: (budget, value) => (isObject(value) ? keysOf(value, budget) : []) }],
  ['join', { args: [0, 1], of: join }],
  ['contains', { args: [1, 1], of: contains }],
]);

/** Returns a function by name. Errors: {@link ExpressionFault} for an unknown function, or too many or too few arguments. */
export function functionNamed(name: string, args: number): PureFunction['of'] {
  const found = FUNCTIONS.get(name);
  if (found === undefined) {
    throw new ExpressionFault(
      `Unknown function "${name.slice(0, 40)}". Use one of: ${[...FUNCTIONS.keys()].join(', ')}.`,
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

/** Returns a value as text: empty for a missing value, JSON for lists and objects. */
export function textOf(value: Value, budget: StepBudget): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return jsonOf(value, budget);
  budget.chargeText(value);
  return value;
}

/** Returns a value as JSON. */
export function jsonOf(value: JsonValue, budget: StepBudget): string {
  budget.chargeJson(value);
  return JSON.stringify(value);
}

export function isList(value: Value): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is { readonly [name: string]: JsonValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The maximum length of a separator. The length of a joined list grows with the number of elements times the length of the separator. */
const MAX_SEPARATOR = 16;

function join(budget: StepBudget, value: Value, separator: Value = ', '): Value {
  if (!isList(value)) return '';
  budget.charge(value.length);
  return value.map((one) => textOf(one, budget)).join(textOf(separator, budget).slice(0, MAX_SEPARATOR));
}

function numberOf(budget: StepBudget, value: Value): Value {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  budget.chargeText(value);
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function keysOf(value: object, budget: StepBudget): readonly string[] {
  const keys = Object.keys(value);
  budget.charge(STEPS.name * keys.length);
  return keys;
}

function lengthOf(budget: StepBudget, value: Value): number {
  if (isList(value) || typeof value === 'string') return value.length;
  return isObject(value) ? keysOf(value, budget).length : 0;
}

function contains(budget: StepBudget, value: Value, part: Value): boolean {
  if (typeof value === 'string') {
    budget.chargeText(value);
    return includesText(value, textOf(part, budget));
  }
  if (isList(value)) {
    budget.charge(value.length);
    return value.some((one) => isPlainlySame(one, part, budget));
  }
  return isObject(value) && typeof part === 'string' && Object.hasOwn(value, part);
}

function isPlainlySame(one: Value, other: Value, budget: StepBudget): boolean {
  if (typeof one === 'string' && typeof other === 'string' && one.length === other.length) budget.chargeText(one);
  return one === other;
}
