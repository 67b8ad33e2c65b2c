import { lookup } from '../evaluate/access.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';

/**
 * Terms of partial evaluation, close to OPA's (`ast/term.go`). Known parts are values of the engine. Composite terms always contain a
 * variable or a part that must be evaluated; `arrayOf`, `setOf` and `objectOf` (composite-terms.ts) turn all other terms into values.
 */
export type PTerm = ValueTerm | VarTerm | RefTerm | ArrayTerm | SetTerm | ObjectTerm | ClosureTerm | CallTerm;

export interface ValueTerm {
  readonly kind: 'value';
  readonly value: Value;
}
export interface VarTerm {
  readonly kind: 'var';
  readonly name: string;
}
/** The head and the path. For `input` and `data`, the head is a variable of that name, which no rule can bind. */
export interface RefTerm {
  readonly kind: 'ref';
  readonly parts: readonly PTerm[];
}
export interface ArrayTerm {
  readonly kind: 'array';
  readonly items: readonly PTerm[];
}
/** In order, without duplicates. */
export interface SetTerm {
  readonly kind: 'set';
  readonly items: readonly PTerm[];
}
/** Sorted by key. */
export interface ObjectTerm {
  readonly kind: 'object';
  readonly entries: readonly (readonly [PTerm, PTerm])[];
}
export interface ClosureTerm {
  readonly kind: 'closure';
  readonly form: 'array' | 'set' | 'object';
  /** The key of an object comprehension. */
  readonly key: PTerm | undefined;
  readonly value: PTerm;
  readonly body: PBody;
}
/** A call inside a term; only results contain these (OPA `copypropagation`). */
export interface CallTerm {
  readonly kind: 'call';
  readonly operator: string;
  readonly args: readonly PTerm[];
}

interface PExprBase {
  readonly negated: boolean;
  readonly with: readonly PWith[];
}
/** A call. If it has more arguments than `arity`, the last one captures the result. `eq` unifies. */
export interface CallExpr extends PExprBase {
  readonly kind: 'call';
  readonly operator: string;
  readonly args: readonly PTerm[];
  readonly arity: number;
  /** True if it calls a function of a support module. */
  readonly isSupport?: boolean;
}
export interface TermExpr extends PExprBase {
  readonly kind: 'term';
  readonly term: PTerm;
}
export interface EveryExpr extends PExprBase {
  readonly kind: 'every';
  readonly key: PTerm;
  readonly value: PTerm;
  readonly domain: PTerm;
  readonly body: PBody;
}
export type PExpr = CallExpr | TermExpr | EveryExpr;
export type PBody = readonly PExpr[];

/** `with target as value`. A value that names a function is an operator. */
export interface PWith {
  readonly target: readonly string[];
  /** True if the target is a function, either built in or defined in the policy. */
  readonly isFunction: boolean;
  readonly value: PTerm | { readonly kind: 'operator'; readonly operator: string };
}

export const valueTerm = (value: Value): ValueTerm => ({ kind: 'value', value });
export const varTerm = (name: string): VarTerm => ({ kind: 'var', name });
export const TRUE: ValueTerm = valueTerm(true);

export function isFalse(term: PTerm): boolean {
  return term.kind === 'value' && term.value === false;
}

/** Returns whether a term is a value, which does not have to be evaluated (OPA `ast.IsConstant`). */
export function isConstant(term: PTerm): term is ValueTerm {
  return term.kind === 'value';
}

/**
 * Returns whether a term has no variables of its own (OPA `IsGround`). This is true for a reference if its path does not contain variables
 * and its head is a document.
 */
export function isGround(term: PTerm): boolean {
  switch (term.kind) {
    case 'value':
    case 'closure':
      return true;
    case 'var':
      return false;
    case 'ref':
      return term.parts.slice(1).every(isGround);
    case 'array':
    case 'set':
      return term.items.every(isGround);
    case 'object':
      return term.entries.every(([key, value]) => isGround(key) && isGround(value));
    case 'call':
      return term.args.every(isGround);
  }
}

/** Returns whether a value is `null`, a boolean, a number or a string. */
export function isScalarValue(value: Value): boolean {
  return typeof value !== 'object' || value === null || (!isArray(value) && value.kind === 'number');
}

/** Returns whether a term can be enumerated: an array, an object or a set. */
export function isCollection(term: PTerm): boolean {
  return (
    term.kind === 'array' ||
    term.kind === 'object' ||
    term.kind === 'set' ||
    (term.kind === 'value' && !isScalarValue(term.value))
  );
}

/** Returns the elements of an array, even if it is known; `undefined` for any other term. */
export function itemsOfArray(term: PTerm): readonly PTerm[] | undefined {
  if (term.kind === 'array') {
    return term.items;
  }
  return term.kind === 'value' && isArray(term.value) ? term.value.map(valueTerm) : undefined;
}

/** Returns the elements of a set, even if it is known; `undefined` for any other term. */
export function itemsOfSet(term: PTerm): readonly PTerm[] | undefined {
  if (term.kind === 'set') {
    return term.items;
  }
  return term.kind === 'value' && term.value instanceof RegoSet ? term.value.sorted().map(valueTerm) : undefined;
}

/** Returns the members of an object, even if it is known; `undefined` for any other term. */
export function entriesOfObject(term: PTerm): readonly (readonly [PTerm, PTerm])[] | undefined {
  if (term.kind === 'object') {
    return term.entries;
  }
  return term.kind === 'value' && term.value instanceof RegoObject
    ? term.value.entries().map(([key, value]) => [valueTerm(key), valueTerm(value)] as const)
    : undefined;
}

/** Returns the member of a known collection at a known key. */
export function memberOf(collection: ValueTerm, key: ValueTerm): ValueTerm | undefined {
  const member = lookup(collection.value, key.value);
  return member === undefined ? undefined : valueTerm(member);
}

/** Returns an expression that unifies two terms. */
export function equality(a: PTerm, b: PTerm): CallExpr {
  return { kind: 'call', operator: 'eq', args: [a, b], arity: 2, negated: false, with: [] };
}

/** Returns whether the expression unifies its two operands. */
export function isEquality(expr: PExpr): expr is CallExpr & { readonly args: readonly [PTerm, PTerm] } {
  return expr.kind === 'call' && expr.operator === 'eq' && expr.args.length === 2;
}

export function termExpr(term: PTerm): TermExpr {
  return { kind: 'term', term, negated: false, with: [] };
}

/** Returns whether a call captures its result in its last argument. */
export function capturesResult(expr: CallExpr): boolean {
  return expr.operator !== 'eq' && expr.args.length === expr.arity + 1;
}
