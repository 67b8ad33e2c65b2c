import { below } from '../../../kernel/json/json-pointer';
import { Faults } from './faults';
import type { JsonObject } from '../contract/flag-document.types';
import { isObject, own } from './json-object';
import { argumentsOf, operatorOf } from './operators';
import { shown } from './validate-targeting';

/** The variants that a targeting expression can return, and the evaluators that it can reference. */
export interface Results {
  readonly variants: JsonObject;
  readonly evaluators: JsonObject;
}

/** The maximum number of nested branches that are checked. */
const MAX_LEVELS = 64;

/**
 * Checks that the literal results of targeting, in the branches of `if` and the buckets of `fractional`, are variants of its flag. A
 * computed result is known only at evaluation, when a name that is not a variant is an error.
 */
export function checkResults(expression: unknown, pointer: string, results: Results, faults: Faults, level = 0): void {
  if (level > MAX_LEVELS || faults.isFull || expression === null || Array.isArray(expression)) return;
  if (!isObject(expression)) {
    checkName(expression, pointer, results, faults);
    return;
  }
  const operator = operatorOf(expression);
  if (operator === null) return;
  const operand = expression[operator];
  const place = below(pointer, operator);
  const check = (part: unknown, at: string): void => {
    checkResults(part, at, results, faults, level + 1);
  };
  if (operator === 'if' || operator === '?:') {
    for (const [index, part] of argumentsOf(operand).entries()) {
      if (isBranch(index, argumentsOf(operand).length)) check(part, below(place, index));
    }
  }
  if (operator === 'fractional') {
    for (const [index, bucket] of argumentsOf(operand).entries()) {
      if (Array.isArray(bucket) && bucket.length > 0) check(bucket[0], below(below(place, index), 0));
    }
  }
  if (operator === '$ref' && typeof operand === 'string') {
    const found = own(results.evaluators, operand);
    // Reported at the flag's reference to the evaluator, because another flag may have such a variant.
    if (found !== undefined) checkAt(found, place, results, faults, level + 1);
  }
}

function checkName(result: unknown, pointer: string, { variants }: Results, faults: Faults): void {
  const name = typeof result === 'string' ? result : JSON.stringify(result);
  if (Object.hasOwn(variants, name)) return;
  faults.add(pointer, 'unknown_variant', `Targeting returns "${shown(name)}", which is not one of the variants.`);
}

/** Checks the results like {@link checkResults}, and reports every fault at the same position. */
function checkAt(expression: unknown, pointer: string, results: Results, faults: Faults, level: number): void {
  const gathered = new Faults();
  checkResults(expression, '', results, gathered, level);
  const [first] = gathered.list;
  if (first) faults.add(pointer, first.code, first.message);
}

/** The arguments of `if`: condition, then, condition, then, …, else. */
function isBranch(index: number, count: number): boolean {
  return index % 2 === 1 || (index === count - 1 && count > 1);
}
