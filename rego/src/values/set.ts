import { sortValues } from './compare.js';
import { hashValue, mix } from './hash.js';
import { hashesDiffer } from './object.js';
import type { Value } from './value.js';
import { ValueMap } from './value-map.js';

/** A set of Rego. Immutable; made by `of` or a `SetBuilder`. */
export class RegoSet {
  static readonly EMPTY = new RegoSet(new ValueMap());

  private sortedItems: readonly Value[] | undefined;
  private cachedHash: number | undefined;

  private constructor(private readonly table: ValueMap<true>) {}

  static of(items: Iterable<Value>): RegoSet {
    const table = new ValueMap<true>();
    for (const item of items) {
      table.set(item, true);
    }
    return RegoSet.adopt(table);
  }

  /** The table becomes the set's own and must not be changed any more. */
  static adopt(table: ValueMap<true>): RegoSet {
    return table.size === 0 ? RegoSet.EMPTY : new RegoSet(table);
  }

  get kind(): 'set' {
    return 'set';
  }

  get size(): number {
    return this.table.size;
  }

  has(item: Value): boolean {
    return this.table.has(item);
  }

  /** In order; sorted when first asked. */
  sorted(): readonly Value[] {
    return (this.sortedItems ??= sortValues(this.table.keys()));
  }

  /** Calls `visit` for each element, in no order, until it answers false; whether none did. Cheaper than `sorted`. */
  every(visit: (item: Value) => boolean): boolean {
    return this.table.every((_, item) => visit(item));
  }

  union(other: RegoSet): RegoSet {
    const [large, small] = this.size >= other.size ? [this, other] : [other, this];
    const table = large.table.copy();
    small.every((item) => {
      if (!table.has(item)) {
        table.set(item, true);
      }
      return true;
    });
    return RegoSet.adopt(table);
  }

  intersection(other: RegoSet): RegoSet {
    const [large, small] = this.size >= other.size ? [this, other] : [other, this];
    return small.filter((item) => large.has(item));
  }

  difference(other: RegoSet): RegoSet {
    return this.filter((item) => !other.has(item));
  }

  filter(keep: (item: Value) => boolean): RegoSet {
    const table = new ValueMap<true>();
    this.every((item) => {
      if (keep(item)) {
        table.set(item, true);
      }
      return true;
    });
    return RegoSet.adopt(table);
  }

  /** `depth` is not needed for the elements: their hashes, which find them, were taken before. */
  equals(other: RegoSet, _depth = 0): boolean {
    if (this === other) {
      return true;
    }
    if (this.size !== other.size || hashesDiffer(this.cachedHash, other.cachedHash)) {
      return false;
    }
    return this.every((item) => other.has(item));
  }

  hash(depth = 0): number {
    if (this.cachedHash === undefined) {
      let sum = 6;
      this.every((item) => {
        sum = (sum + mix(hashValue(item, depth), 7)) | 0;
        return true;
      });
      this.cachedHash = mix(sum, this.size);
    }
    return this.cachedHash;
  }
}

/** Collects the elements of a set. Not usable after `build`. */
export class SetBuilder {
  private readonly table = new ValueMap<true>();

  get size(): number {
    return this.table.size;
  }

  has(item: Value): boolean {
    return this.table.has(item);
  }

  /** Whether the element is new. */
  add(item: Value): boolean {
    const before = this.table.size;
    this.table.set(item, true);
    return this.table.size !== before;
  }

  build(): RegoSet {
    return RegoSet.adopt(this.table);
  }
}
