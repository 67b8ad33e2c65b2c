import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';
import { compareTerms, equalTerms } from './compare-terms.js';
import { type PTerm, valueTerm } from './terms.js';

/** Returns the array of these items. It is a value if all items are values. */
export function arrayOf(items: readonly PTerm[]): PTerm {
  const values = valuesOf(items);
  return values === undefined ? { kind: 'array', items } : valueTerm(values);
}

/** Returns the set of these items. It is a value if all items are values. */
export function setOf(items: readonly PTerm[]): PTerm {
  const values = valuesOf(items);
  if (values !== undefined) {
    return valueTerm(RegoSet.of(values));
  }
  const sorted = items.toSorted(compareTerms);
  return { kind: 'set', items: sorted.filter((item, at) => at === 0 || !equalTerms(item, sorted[at - 1] ?? item)) };
}

/** Returns the object of these entries. It is a value if all its keys and values are values. */
export function objectOf(entries: readonly (readonly [PTerm, PTerm])[]): PTerm {
  const keys = valuesOf(entries.map(([key]) => key));
  const values = valuesOf(entries.map(([, value]) => value));
  if (keys !== undefined && values !== undefined) {
    return valueTerm(RegoObject.of(keys.map((key, at) => [key, values[at] ?? null])));
  }
  return { kind: 'object', entries: entries.toSorted(([a], [b]) => compareTerms(a, b)) };
}

function valuesOf(terms: readonly PTerm[]): Value[] | undefined {
  const values: Value[] = [];
  for (const term of terms) {
    if (term.kind !== 'value') {
      return undefined;
    }
    values.push(term.value);
  }
  return values;
}
