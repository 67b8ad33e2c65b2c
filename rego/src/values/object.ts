import { compareCharged, compareNames, equalValues } from './compare.js';
import { hashValue, mix } from './hash.js';
import type { Value } from './value.js';
import { ValueMap } from './value-map.js';

export type ObjectEntry = readonly [key: Value, value: Value];

/** Stands for a member that has not been made a value. */
export const UNREAD = Symbol('unread');

/** JSON data behind an object whose members have not been made values yet. */
export interface JsonView {
  /** The member when it needs no conversion; `undefined` when there is none; {@link UNREAD} when only `members` can tell. */
  peek(key: string): Value | undefined | typeof UNREAD;
  members(): Map<string, Value>;
}

/** An object of Rego: any value may be a key. Immutable; made by `of`, `fromStrings` or an `ObjectBuilder`. */
export class RegoObject {
  static readonly EMPTY = new RegoObject(new ValueMap(), undefined);

  private sortedEntries: readonly ObjectEntry[] | undefined;
  private cachedHash: number | undefined;

  private constructor(
    private members: ValueMap<Value> | undefined,
    private readonly view: JsonView | undefined,
  ) {}

  /** The members of `view`, made values only when they are asked for: most policies read few of many. */
  static lazy(view: JsonView): RegoObject {
    return new RegoObject(undefined, view);
  }

  /** Of two entries with one key the last counts. */
  static of(entries: Iterable<ObjectEntry>): RegoObject {
    const table = new ValueMap<Value>();
    for (const [key, value] of entries) {
      table.set(key, value);
    }
    return RegoObject.adopt(table);
  }

  /** The map becomes the object's own and must not be changed any more. */
  static fromStrings(members: Map<string, Value>): RegoObject {
    return members.size === 0 ? RegoObject.EMPTY : new RegoObject(new ValueMap<Value>(members), undefined);
  }

  /** The table becomes the object's own and must not be changed any more. */
  static adopt(table: ValueMap<Value>): RegoObject {
    return table.size === 0 ? RegoObject.EMPTY : new RegoObject(table, undefined);
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
      // Policies ask for much that an input does not have: also then its members need not become values.
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

  /** In the order of the keys; sorted when first asked. */
  entries(): readonly ObjectEntry[] {
    return (this.sortedEntries ??= this.sort());
  }

  /** In order. */
  keys(): Value[] {
    return this.entries().map(([key]) => key);
  }

  /** A copy with one member put in or replaced. */
  with(key: Value, value: Value): RegoObject {
    const table = this.table.copy();
    table.set(key, value);
    return new RegoObject(table, undefined);
  }

  /** Calls `visit` for each member, in no order, until it answers false; whether none did. Cheaper than `entries`. */
  every(visit: (value: Value, key: Value) => boolean): boolean {
    return this.table.every(visit);
  }

  equals(other: RegoObject, depth = 0): boolean {
    if (this === other) {
      return true;
    }
    if (this.size !== other.size || hashesDiffer(this.cachedHash, other.cachedHash)) {
      return false;
    }
    return this.table.every((value, key) => {
      const theirs = other.get(key);
      return theirs !== undefined && equalValues(value, theirs, depth);
    });
  }

  hash(depth = 0): number {
    if (this.cachedHash === undefined) {
      let sum = 5;
      this.table.every((value, key) => {
        sum = (sum + mix(hashValue(key, depth), hashValue(value, depth))) | 0;
        return true;
      });
      this.cachedHash = mix(sum, this.size);
    }
    return this.cachedHash;
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

/** Only hashes that are known count; to compute one costs as much as to compare. */
export function hashesDiffer(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

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

  /** Puts a member in, or another value in its place. */
  set(key: Value, value: Value): this {
    this.table.set(key, value);
    return this;
  }

  /** Puts a member in; false, and nothing happens, when the key stands for another value already. */
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
