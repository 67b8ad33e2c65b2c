/**
 * A value of Rego while a policy runs. Immutable. `undefined` (the JavaScript one) stands for Rego's undefined and is no `Value`.
 * A number is a JavaScript number when it is a safe integer, or a fraction whose shortest decimal text denotes it exactly.
 * Every other number (large integers, many digits) is an `ExactDecimal`, so two equal numbers always have the same form.
 */
export type Value = null | boolean | string | RegoNumber | RegoArray | RegoObject | RegoSet;
export type RegoNumber = number | ExactDecimal;
export type RegoArray = readonly Value[];

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set';

/** `±digits × 10^exponent`; `digits` has neither leading nor trailing zeros and is empty for zero. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** A number that no canonical JavaScript number stands for: beyond the safe integers, or with more digits than a double distinguishes. */
export interface ExactDecimal extends Decimal {
  readonly kind: 'number';
  /** For `JSON.stringify`, which writes it exactly. */
  toJSON(): unknown;
}

export type ObjectEntry = readonly [key: Value, value: Value];

/** An object of Rego: any value may be a key. Immutable; made in `object.ts`. */
export interface RegoObject {
  readonly kind: 'object';
  readonly size: number;
  /** The hash when it has been taken. */
  readonly knownHash: number | undefined;
  get(key: Value): Value | undefined;
  has(key: Value): boolean;
  /** In the order of the keys; sorted when first asked. */
  entries(): readonly ObjectEntry[];
  /** In order. */
  keys(): Value[];
  /** A copy with one member put in or replaced. */
  with(key: Value, value: Value): RegoObject;
  /** Calls `visit` for each member, in no order, until it answers false; whether none did. Cheaper than `entries`. */
  every(visit: (value: Value, key: Value) => boolean): boolean;
  equals(other: RegoObject, depth?: number): boolean;
  hash(depth?: number): number;
}

/** A set of Rego. Immutable; made in `set.ts`. */
export interface RegoSet {
  readonly kind: 'set';
  readonly size: number;
  /** The hash when it has been taken. */
  readonly knownHash: number | undefined;
  has(item: Value): boolean;
  /** In order; sorted when first asked. */
  sorted(): readonly Value[];
  /** Calls `visit` for each element, in no order, until it answers false; whether none did. Cheaper than `sorted`. */
  every(visit: (item: Value) => boolean): boolean;
  union(other: RegoSet): RegoSet;
  intersection(other: RegoSet): RegoSet;
  difference(other: RegoSet): RegoSet;
  filter(keep: (item: Value) => boolean): RegoSet;
  equals(other: RegoSet, depth?: number): boolean;
  hash(depth?: number): number;
}
