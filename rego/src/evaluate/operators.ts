import { compareValues, equalValues } from '../values/compare.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';
import type { Getter } from './code.js';

type Comparison = (a: Value, b: Value) => boolean;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['equal', equalValues],
  ['neq', (a: Value, b: Value) => !equalValues(a, b)],
  ['lt', (a: Value, b: Value) => compareValues(a, b) < 0],
  ['lte', (a: Value, b: Value) => compareValues(a, b) <= 0],
  ['gt', (a: Value, b: Value) => compareValues(a, b) > 0],
  ['gte', (a: Value, b: Value) => compareValues(a, b) >= 0],
]);

const CHARS_PER_STEP_BITS = 12;

/** Returns the extra steps of a comparison. Counts long strings here; composite values are charged as they are visited. */
export function comparisonSteps(value: Value): number {
  return typeof value === 'string' ? value.length >> CHARS_PER_STEP_BITS : 0;
}

/**
 * Returns the getter of a comparison or membership test, which cannot fail, or `undefined` for another call. `step` charges long
 * searches.
 */
export function operatorGetter(
  operator: string,
  args: readonly Getter[],
  step: (count: number) => void,
): Getter | undefined {
  const [a, b, c] = args;
  if (a === undefined || b === undefined) {
    return undefined;
  }
  const compare = COMPARISONS.get(operator);
  if (compare !== undefined) {
    return (frame) => {
      const left = a(frame);
      const right = left === undefined ? undefined : b(frame);
      if (left === undefined || right === undefined) {
        return undefined;
      }
      step(1 + comparisonSteps(left));
      return compare(left, right);
    };
  }
  if (operator === 'internal.member_2') {
    return (frame) => {
      const item = a(frame);
      const domain = item === undefined ? undefined : b(frame);
      return item === undefined || domain === undefined ? undefined : isMember(item, domain, step);
    };
  }
  if (operator === 'internal.member_3' && c !== undefined) {
    return (frame) => {
      const key = a(frame);
      const item = key === undefined ? undefined : b(frame);
      const domain = item === undefined ? undefined : c(frame);
      return key === undefined || item === undefined || domain === undefined ? undefined : isEntry(key, item, domain);
    };
  }
  return undefined;
}

function isMember(item: Value, domain: Value, step: (count: number) => void): boolean {
  if (domain instanceof RegoSet) {
    return domain.has(item);
  }
  if (Array.isArray(domain)) {
    const items = domain as readonly Value[];
    step(items.length >> 2);
    return items.some((candidate) => equalValues(candidate, item));
  }
  if (domain instanceof RegoObject) {
    step(domain.size >> 2);
    return !domain.every((candidate) => !equalValues(candidate, item));
  }
  return false;
}

function isEntry(key: Value, item: Value, domain: Value): boolean {
  if (domain instanceof RegoSet) {
    return equalValues(key, item) && domain.has(item);
  }
  const member =
    domain instanceof RegoObject
      ? domain.get(key)
      : Array.isArray(domain) && typeof key === 'number'
        ? (domain as readonly Value[])[key]
        : undefined;
  return member !== undefined && equalValues(member, item);
}
