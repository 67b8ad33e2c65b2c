import { equalValues } from '../values/compare.js';
import { ObjectBuilder, RegoObject } from '../values/object.js';
import { RegoSet, SetBuilder } from '../values/set.js';
import type { Value } from '../values/value.js';
import { ValueMap } from '../values/value-map.js';

type Member =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'set'; readonly items: SetBuilder }
  | { readonly kind: 'tree'; readonly tree: DocumentTree };

/** A group whose document can become part of the tree of a partial rule above it. */
export interface TreeSource {
  /** Adds its document to the tree below these keys. */
  fill(tree: DocumentTree, keys: readonly Value[]): void;
}

/** Thrown by `DocumentTree`. The caller knows the rule and adds its location. */
export class KeyConflict extends Error {}

/**
 * The document of a partial rule, built from the members that its rules provide, each with one or more keys (`p[x].r[y] := v`). A key can
 * have a value, elements of a set, or keys below it. Other rules cannot add keys to a value that a rule provides. As in OPA (`reduce` of
 * `evalVirtualPartial`), a value can equal the document that earlier rules built at the same place, and rules can add elements to a value
 * that is a set.
 */
export class DocumentTree {
  private readonly members = new ValueMap<Member>();

  put(keys: readonly Value[], value: Value): void {
    const [tree, key] = this.descend(keys);
    const existing = tree.members.get(key);
    if (existing !== undefined && !equalValues(finish(existing), value)) {
      throw new KeyConflict();
    }
    if (existing === undefined || existing.kind === 'tree') {
      tree.members.set(key, { kind: 'value', value });
    }
  }

  putElement(keys: readonly Value[], element: Value): void {
    const [tree, key] = this.descend(keys);
    const existing = tree.members.get(key);
    const items = existing?.kind === 'set' ? existing.items : new SetBuilder();
    if (existing?.kind === 'value' && existing.value instanceof RegoSet) {
      existing.value.sorted().forEach((item) => items.add(item));
    } else if (existing !== undefined && existing.kind !== 'set') {
      throw new KeyConflict();
    }
    items.add(element);
    if (existing?.kind !== 'set') {
      tree.members.set(key, { kind: 'set', items });
    }
  }

  /** Returns the finished document at one key. */
  take(key: Value): Value | undefined {
    const member = this.members.get(key);
    return member === undefined ? undefined : finish(member);
  }

  build(): RegoObject {
    const builder = new ObjectBuilder();
    this.members.every((member, key) => {
      builder.set(key, finish(member));
      return true;
    });
    return builder.build();
  }

  private descend(keys: readonly Value[], position = 0): readonly [DocumentTree, Value] {
    const key = keys[position] ?? null;
    if (position >= keys.length - 1) {
      return [this, key];
    }
    const existing = this.members.get(key);
    if (existing !== undefined && existing.kind !== 'tree') {
      throw new KeyConflict();
    }
    const tree = existing?.tree ?? new DocumentTree();
    if (existing === undefined) {
      this.members.set(key, { kind: 'tree', tree });
    }
    return tree.descend(keys, position + 1);
  }
}

function finish(member: Member): Value {
  return member.kind === 'value' ? member.value : member.kind === 'set' ? member.items.build() : member.tree.build();
}
