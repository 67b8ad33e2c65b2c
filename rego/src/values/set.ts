import { sortValues } from './compare.js';
import { hashValue, hashesDiffer, mix } from './hash.js';
import type * as types from './value.js';
import type { Value } from './value.js';
import { ValueMap } from './value-map.js';

export type RegoSet = types.RegoSet;

/** A set backed by a hash table. `value.ts` defines only the type of a value, so that comparing and hashing do not depend on the table. */
class TableSet implements RegoSet {
  static readonly EMPTY: RegoSet = new TableSet(new ValueMap());

  knownHash: number | undefined;
  private sortedItems: readonly Value[] | undefined;

  private constructor(private readonly table: ValueMap<true>) {}

  static of(items: Iterable<Value>): RegoSet {
    const table = new ValueMap<true>();
    for (const item of items) {
      table.set(item, true);
    }
    return TableSet.adopt(table);
  }

  /** Takes ownership of the table, which must not change after that. */
  static adopt(table: ValueMap<true>): RegoSet {
    return table.size === 0 ? TableSet.EMPTY : new TableSet(table);
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

  sorted(): readonly Value[] {
    return (this.sortedItems ??= sortValues(this.table.keys()));
  }

  every(visit: (item: Value) => boolean): boolean {
    return this.table.every((_, item) => visit(item));
  }

  union(other: RegoSet): RegoSet {
    const [large, small] = this.size >= other.size ? [this, other] : [other, this];
    const table = (large as TableSet).table.copy();
    small.every((item) => {
      if (!table.has(item)) {
        table.set(item, true);
      }
      return true;
    });
    return TableSet.adopt(table);
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
    return TableSet.adopt(table);
  }

  /** Compares two sets. `depth` is not needed for the elements, whose hashes were already computed for the lookup. */
  equals(other: RegoSet, _depth = 0): boolean {
    if (this === other) {
      return true;
    }
    if (this.size !== other.size || hashesDiffer(this.knownHash, other.knownHash)) {
      return false;
    }
    return this.every((item) => other.has(item));
  }

  hash(depth = 0): number {
    if (this.knownHash === undefined) {
      let sum = 6;
      this.every((item) => {
        sum = (sum + mix(hashValue(item, depth), 7)) | 0;
        return true;
      });
      this.knownHash = mix(sum, this.size);
    }
    return this.knownHash;
  }
}

/** Creates sets, with `of` or a `SetBuilder`. */
export const RegoSet = TableSet;

/** Collects the elements of a set. Not usable after `build`. */
export class SetBuilder {
  private readonly table = new ValueMap<true>();

  get size(): number {
    return this.table.size;
  }

  has(item: Value): boolean {
    return this.table.has(item);
  }

  /** Adds an element. Returns whether the element is new. */
  add(item: Value): boolean {
    const before = this.table.size;
    this.table.set(item, true);
    return this.table.size !== before;
  }

  build(): RegoSet {
    return RegoSet.adopt(this.table);
  }
}
