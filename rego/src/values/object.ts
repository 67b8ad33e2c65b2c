import { compareCharged, compareNames, equalValues } from './compare.js';
import { hashValue, hashesDiffer, mix } from './hash.js';
import type * as types from './value.js';
import type { ObjectEntry, Value } from './value.js';
import { ValueMap } from './value-map.js';

/** A marker for a member that has not been converted to a value. */
export const UNREAD = Symbol('unread');

/** JSON data of an object whose members have not been converted to values yet. */
export interface JsonView {
  /**
   * Returns the member if it does not have to be converted; `undefined` if it does not exist; {@link UNREAD} if only `members` can decide.
   */
  peek(key: string): Value | undefined | typeof UNREAD;
  members(): Map<string, Value>;
}

export type RegoObject = types.RegoObject;

/**
 * An object backed by a hash table, or by JSON data that becomes one when needed. Its type is defined in `value.ts`, like the type of sets.
 */
class TableObject implements RegoObject {
  static readonly EMPTY: RegoObject = new TableObject(new ValueMap(), undefined);

  knownHash: number | undefined;
  private sortedEntries: readonly ObjectEntry[] | undefined;

  private constructor(
    private members: ValueMap<Value> | undefined,
    private readonly view: JsonView | undefined,
  ) {}

  /** Creates an object from `view`, whose members are converted on access, since most policies read only a few of many members. */
  static lazy(view: JsonView): RegoObject {
    return new TableObject(undefined, view);
  }

  /** Creates an object. If two entries have the same key, the last one wins. */
  static of(entries: Iterable<ObjectEntry>): RegoObject {
    const table = new ValueMap<Value>();
    for (const [key, value] of entries) {
      table.set(key, value);
    }
    return TableObject.adopt(table);
  }

  /** Takes ownership of the map, which must not change after that. */
  static fromStrings(members: Map<string, Value>): RegoObject {
    return members.size === 0 ? TableObject.EMPTY : new TableObject(new ValueMap<Value>(members), undefined);
  }

  /** Takes ownership of the table, which must not change after that. */
  static adopt(table: ValueMap<Value>): RegoObject {
    return table.size === 0 ? TableObject.EMPTY : new TableObject(table, undefined);
  }

  get kind(): 'object' {
    return 'object';
  }

  get size(): number {
    return this.table.size;
  }

  get(key: Value): Value | undefined {
    if (this.members !== undefined) {
      return this.members.get(key);
    }
    if (typeof key === 'string' && this.view !== undefined) {
      // Policies often look up members that an input does not have. Even in that case, the input's members are not converted.
      const member = this.view.peek(key);
      if (member !== UNREAD) {
        return member;
      }
    }
    return this.table.get(key);
  }

  has(key: Value): boolean {
    return this.get(key) !== undefined;
  }

  entries(): readonly ObjectEntry[] {
    return (this.sortedEntries ??= this.sort());
  }

  keys(): Value[] {
    return this.entries().map(([key]) => key);
  }

  with(key: Value, value: Value): RegoObject {
    const table = this.table.copy();
    table.set(key, value);
    return new TableObject(table, undefined);
  }

  every(visit: (value: Value, key: Value) => boolean): boolean {
    return this.table.every(visit);
  }

  equals(other: RegoObject, depth = 0): boolean {
    if (this === other) {
      return true;
    }
    if (this.size !== other.size || hashesDiffer(this.knownHash, other.knownHash)) {
      return false;
    }
    return this.table.every((value, key) => {
      const theirs = other.get(key);
      return theirs !== undefined && equalValues(value, theirs, depth);
    });
  }

  hash(depth = 0): number {
    if (this.knownHash === undefined) {
      let sum = 5;
      this.table.every((value, key) => {
        sum = (sum + mix(hashValue(key, depth), hashValue(value, depth))) | 0;
        return true;
      });
      this.knownHash = mix(sum, this.size);
    }
    return this.knownHash;
  }

  private get table(): ValueMap<Value> {
    return (this.members ??= new ValueMap<Value>(this.view?.members()));
  }

  private sort(): readonly ObjectEntry[] {
    const entries: ObjectEntry[] = [];
    this.table.every((value, key) => {
      entries.push([key, value]);
      return true;
    });
    return entries.length < 2 ? entries : entries.sort(byKey);
  }
}

function byKey([a]: ObjectEntry, [b]: ObjectEntry): number {
  return typeof a === 'string' && typeof b === 'string' ? compareNames(a, b) : compareCharged(a, b);
}

/** Creates objects, with `of`, `fromStrings`, `lazy`, or an `ObjectBuilder`. */
export const RegoObject = TableObject;

/** Collects the members of an object. Not usable after `build`. */
export class ObjectBuilder {
  private readonly table = new ValueMap<Value>();

  get size(): number {
    return this.table.size;
  }

  get(key: Value): Value | undefined {
    return this.table.get(key);
  }

  has(key: Value): boolean {
    return this.table.has(key);
  }

  /** Adds a member, or replaces its value. */
  set(key: Value, value: Value): this {
    this.table.set(key, value);
    return this;
  }

  /** Adds a member. Returns false without changing anything if the key already has a different value. */
  insert(key: Value, value: Value): boolean {
    const existing = this.table.get(key);
    if (existing !== undefined) {
      return equalValues(existing, value);
    }
    this.table.set(key, value);
    return true;
  }

  build(): RegoObject {
    return RegoObject.adopt(this.table);
  }
}
