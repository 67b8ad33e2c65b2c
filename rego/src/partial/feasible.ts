import type { TypeName } from '../values/value.js';
import { typeNameOf } from '../values/type-name.js';
import { equalTerms } from './compare-terms.js';
import type { PolicyFunctions } from './policy-functions.js';
import {
  capturesResult,
  type CallExpr,
  entriesOfObject,
  isEquality,
  isScalarValue,
  itemsOfArray,
  itemsOfSet,
  type PBody,
  type PExpr,
  type PTerm,
} from './terms.js';
import { termsOfExpr, walkTerms } from './walk-terms.js';

/**
 * Returns whether a body can hold, judging by each of its expressions alone. An expression cannot hold if two known values differ, if
 * arrays differ in length or objects differ in their keys, or if a function does not accept an argument. OPA checks the types of saved
 * expressions (`PassesTypeCheck`).
 */
export function isFeasible(body: PBody, functions: PolicyFunctions): boolean {
  return body.every(
    (expr) => expr.negated || (!isUndefined(termsOfExpr(expr)) && (expr.with.length > 0 || mayHold(expr, functions))),
  );
}

/** Returns whether a reference looks up a member of a value that has no members. */
function isUndefined(terms: readonly PTerm[]): boolean {
  let found = false;
  walkTerms(terms, (term) => {
    const head = term.kind === 'ref' ? term.parts[0] : undefined;
    found ||= head?.kind === 'value' && isScalarValue(head.value);
    return found || term.kind === 'closure';
  });
  return found;
}

function mayHold(expr: PExpr, functions: PolicyFunctions): boolean {
  if (expr.kind !== 'call') {
    return true;
  }
  if (isEquality(expr)) {
    return mayBeEqual(expr.args[0], expr.args[1]);
  }
  const builtin = functions.builtin(expr.operator);
  if (builtin === undefined || expr.operator === 'equal') {
    return true;
  }
  const result = expr.args[expr.args.length - 1];
  const fitsResult = !capturesResult(expr) || result === undefined || fits(result, builtin.result);
  return fitsResult && argumentsOf(expr).every((arg, at) => fits(arg, builtin.args[at] ?? 'any'));
}

const argumentsOf = ({ args, arity }: CallExpr): readonly PTerm[] => args.slice(0, arity);

function fits(term: PTerm, types: readonly TypeName[] | 'any'): boolean {
  const type = typeOf(term);
  return type === undefined || types === 'any' || types.includes(type);
}

/** Returns the type of a term if it is evident from the term's form. */
function typeOf(term: PTerm): TypeName | undefined {
  switch (term.kind) {
    case 'value':
      return typeNameOf(term.value);
    case 'array':
    case 'set':
    case 'object':
      return term.kind;
    case 'closure':
      return term.form;
    case 'var':
    case 'ref':
    case 'call':
      return undefined;
  }
}

function mayBeEqual(a: PTerm, b: PTerm): boolean {
  const typeA = typeOf(a);
  const typeB = typeOf(b);
  if (typeA === undefined || typeB === undefined) {
    return true;
  }
  if (a.kind === 'value' && b.kind === 'value') {
    return equalTerms(a, b);
  }
  return typeA === typeB && (a.kind === 'closure' || b.kind === 'closure' || mayHaveEqualParts(a, b));
}

function mayHaveEqualParts(a: PTerm, b: PTerm): boolean {
  const arrays = [itemsOfArray(a), itemsOfArray(b)] as const;
  if (arrays[0] !== undefined && arrays[1] !== undefined) {
    const [, items] = arrays;
    return arrays[0].length === items.length && arrays[0].every((item, at) => mayBeEqual(item, items[at] ?? item));
  }
  const sets = [itemsOfSet(a), itemsOfSet(b)] as const;
  if (sets[0] !== undefined && sets[1] !== undefined) {
    return haveCounterparts(sets[0], sets[1]) && haveCounterparts(sets[1], sets[0]);
  }
  const entries = entriesOfObject(a) ?? [];
  const others = entriesOfObject(b) ?? [];
  return haveKeysOf(entries, others) && haveKeysOf(others, entries);
}

function haveCounterparts(items: readonly PTerm[], others: readonly PTerm[]): boolean {
  return items.every((item) => others.some((other) => mayBeEqual(item, other)));
}

type Entries = readonly (readonly [PTerm, PTerm])[];

/** Returns whether each member with a known key can match one of the other object's members. */
function haveKeysOf(entries: Entries, others: Entries): boolean {
  return entries.every(([key, value]) => {
    const isKnown = key.kind === 'value' && isScalarValue(key.value);
    return !isKnown || others.some(([other, member]) => mayBeEqual(key, other) && mayBeEqual(value, member));
  });
}
