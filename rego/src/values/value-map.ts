import { equalValues } from './compare.js';
import { chargeVisits } from './depth.js';
import { hashValue } from './hash.js';
import type { ExactDecimal, RegoArray, RegoObject, RegoSet, Value } from './value.js';

/** Values that JavaScript's own `Map` distinguishes in the same way as Rego does. */
export type Primitive = null | boolean | string | number;
type Composite = ExactDecimal | RegoArray | RegoObject | RegoSet;
interface Entry<T> {
  readonly key: Composite;
  value: T;
}

/** V8 hashes only the length of longer strings, so a lookup might have to compare a long string with all others of the same length. */
const V8_HASHED_LENGTH = 16_383;
const UNITS_COMPARED_PER_VISIT = 16_384;

function isLong(key: Value): key is string {
  return typeof key === 'string' && key.length > V8_HASHED_LENGTH;
}

export function isPrimitive(value: Value): value is Primitive {
  return typeof value !== 'object' || value === null;
}

/** Visiting an entry and looking it up elsewhere takes about 50 to 500 ns. */
const VISITS_PER_ENTRY = 0.25;

/** A map whose keys can be any values, compared as in Rego. `__proto__` is a key like any other. */
export class ValueMap<T> {
  private composites: Map<number, Entry<T>[]> | undefined;
  private compositeCount = 0;
  /** The number of long keys, counted on first use. */
  private longKeys: number | undefined;

  constructor(private readonly primitives: Map<Primitive, T> = new Map<Primitive, T>()) {}

  get size(): number {
    return this.primitives.size + this.compositeCount;
  }

  get(key: Value): T | undefined {
    this.chargeLongKey(key);
    return isPrimitive(key) ? this.primitives.get(key) : this.find(key)?.value;
  }

  has(key: Value): boolean {
    this.chargeLongKey(key);
    return isPrimitive(key) ? this.primitives.has(key) : this.find(key) !== undefined;
  }

  set(key: Value, value: T): void {
    if (isPrimitive(key)) {
      this.chargeLongKey(key);
      const before = this.primitives.size;
      this.primitives.set(key, value);
      if (this.longKeys !== undefined && isLong(key)) {
        this.longKeys += this.primitives.size - before;
      }
      return;
    }
    const entry = this.find(key);
    if (entry !== undefined) {
      entry.value = value;
      return;
    }
    this.composites ??= new Map();
    const hash = hashValue(key);
    const bucket = this.composites.get(hash);
    if (bucket === undefined) {
      this.composites.set(hash, [{ key, value }]);
    } else {
      bucket.push({ key, value });
    }
    this.compositeCount++;
  }

  /**
   * Calls `visit` for each entry, in no particular order, until it returns false. Returns true if `visit` never returned false. Charges for
   * each visit.
   */
  every(visit: (value: T, key: Value) => boolean): boolean {
    for (const [key, value] of this.primitives) {
      chargeVisits(VISITS_PER_ENTRY);
      if (!visit(value, key)) {
        return false;
      }
    }
    for (const bucket of this.composites?.values() ?? []) {
      for (const entry of bucket) {
        chargeVisits(VISITS_PER_ENTRY);
        if (!visit(entry.value, entry.key)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the keys, in no particular order. */
  keys(): Value[] {
    const keys: Value[] = [...this.primitives.keys()];
    for (const bucket of this.composites?.values() ?? []) {
      for (const entry of bucket) {
        keys.push(entry.key);
      }
    }
    return keys;
  }

  copy(): ValueMap<T> {
    const copied = new ValueMap<T>(new Map(this.primitives));
    if (this.composites !== undefined) {
      copied.composites = new Map();
      for (const [hash, bucket] of this.composites) {
        copied.composites.set(
          hash,
          bucket.map((entry) => ({ ...entry })),
        );
      }
      copied.compositeCount = this.compositeCount;
    }
    return copied;
  }

  private chargeLongKey(key: Value): void {
    if (isLong(key)) {
      chargeVisits(1 + (this.countLongKeys() * key.length) / UNITS_COMPARED_PER_VISIT);
    }
  }

  private countLongKeys(): number {
    if (this.longKeys === undefined) {
      this.longKeys = 0;
      for (const key of this.primitives.keys()) {
        this.longKeys += isLong(key) ? 1 : 0;
      }
    }
    return this.longKeys;
  }

  private find(key: Composite): Entry<T> | undefined {
    return this.composites === undefined
      ? undefined
      : this.composites.get(hashValue(key))?.find((entry) => equalValues(entry.key, key));
  }
}
