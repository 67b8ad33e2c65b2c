/**
 * A Rego value during the evaluation of a policy. Immutable. JavaScript's `undefined` represents Rego's undefined and is not a `Value`. A
 * number is a JavaScript number if it is a safe integer, or a fraction whose shortest decimal text represents it exactly. Every other
 * number (large integers, many digits) is an `ExactDecimal`, so two equal numbers always have the same form.
 */
export type Value = null | boolean | string | RegoNumber | RegoArray | RegoObject | RegoSet;
export type RegoNumber = number | ExactDecimal;
export type RegoArray = readonly Value[];

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set';

/** A decimal, `±digits × 10^exponent`. `digits` has neither leading nor trailing zeros and is empty for zero. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/**
 * A number that no canonical JavaScript number can represent: beyond the safe integers, or with more digits than a double can distinguish.
 */
export interface ExactDecimal extends Decimal {
  readonly kind: 'number';
  /** Called by `JSON.stringify`, which then writes the number exactly. */
  toJSON(): unknown;
}

export type ObjectEntry = readonly [key: Value, value: Value];

/** A Rego object, whose keys can be any values. Immutable; created in `object.ts`. */
export interface RegoObject {
  readonly kind: 'object';
  readonly size: number;
  /** The hash, if it has been computed. */
  readonly knownHash: number | undefined;
  get(key: Value): Value | undefined;
  has(key: Value): boolean;
  /** Returns the members in the order of their keys, sorted on first use. */
  entries(): readonly ObjectEntry[];
  /** Returns the keys in order. */
  keys(): Value[];
  /** Returns a copy with one member added or replaced. */
  with(key: Value, value: Value): RegoObject;
  /**
   * Calls `visit` for each member, in no particular order, until it returns false. Returns true if `visit` never returned false. Cheaper
   * than `entries`.
   */
  every(visit: (value: Value, key: Value) => boolean): boolean;
  equals(other: RegoObject, depth?: number): boolean;
  hash(depth?: number): number;
}

/** A Rego set. Immutable; created in `set.ts`. */
export interface RegoSet {
  readonly kind: 'set';
  readonly size: number;
  /** The hash, if it has been computed. */
  readonly knownHash: number | undefined;
  has(item: Value): boolean;
  /** Returns the elements in order, sorted on first use. */
  sorted(): readonly Value[];
  /**
   * Calls `visit` for each element, in no particular order, until it returns false. Returns true if `visit` never returned false. Cheaper
   * than `sorted`.
   */
  every(visit: (item: Value) => boolean): boolean;
  union(other: RegoSet): RegoSet;
  intersection(other: RegoSet): RegoSet;
  difference(other: RegoSet): RegoSet;
  filter(keep: (item: Value) => boolean): RegoSet;
  equals(other: RegoSet, depth?: number): boolean;
  hash(depth?: number): number;
}
