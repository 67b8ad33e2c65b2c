import { equalValues } from './compare';
import { hashValue } from './hash';
import type { ExactNumber } from './number';
import type { RegoObject } from './object';
import type { RegoSet } from './set';
import type { RegoArray, Value } from './value';

/** Values that JavaScript's own `Map` tells apart as Rego does. */
export type Primitive = null | boolean | string | number;
type Composite = ExactNumber | RegoArray | RegoObject | RegoSet;
interface Entry<T> {
  readonly key: Composite;
  value: T;
}

export function isPrimitive(value: Value): value is Primitive {
  return typeof value !== 'object' || value === null;
}

/** A map with any value as key, compared as Rego compares. `__proto__` is a key like any other. */
export class ValueMap<T> {
  private composites: Map<number, Entry<T>[]> | undefined;
  private compositeCount = 0;

  constructor(private readonly primitives: Map<Primitive, T> = new Map<Primitive, T>()) {}

  get size(): number {
    return this.primitives.size + this.compositeCount;
  }

  get(key: Value): T | undefined {
    return isPrimitive(key) ? this.primitives.get(key) : this.find(key)?.value;
  }

  has(key: Value): boolean {
    return isPrimitive(key) ? this.primitives.has(key) : this.find(key) !== undefined;
  }

  set(key: Value, value: T): void {
    if (isPrimitive(key)) {
      this.primitives.set(key, value);
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

  /** Calls `visit` for each entry, in no order, until it answers false; whether none did. */
  every(visit: (value: T, key: Value) => boolean): boolean {
    for (const [key, value] of this.primitives) {
      if (!visit(value, key)) {
        return false;
      }
    }
    for (const bucket of this.composites?.values() ?? []) {
      for (const entry of bucket) {
        if (!visit(entry.value, entry.key)) {
          return false;
        }
      }
    }
    return true;
  }

  /** In no order. */
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

  private find(key: Composite): Entry<T> | undefined {
    return this.composites === undefined
      ? undefined
      : this.composites.get(hashValue(key))?.find((entry) => equalValues(entry.key, key));
  }
}
