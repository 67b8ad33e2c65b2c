import type { Budget } from '../evaluate/budget.js';
import { checkDepth } from '../values/depth.js';
import { ObjectBuilder, type RegoObject } from '../values/object.js';
import { SetBuilder } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { RegoArray, Value } from '../values/value.js';
import { ValueMap } from '../values/value-map.js';
import type { Builtin } from './builtin.js';
import { chargeArray } from './costs.js';
import { ANY, ARRAY, OBJECT, SET_OR_ARRAY, declare } from './declare.js';
import { parsePath } from './json-path.js';
import { applyPatches } from './json-patch.js';
import { itemsOf } from './operands.js';

/** `json.filter`, `json.remove` and `json.patch` (OPA `topdown/json.go`). */
export const JSON_PATHS: readonly Builtin[] = [
  declare('json.filter', [OBJECT, SET_OR_ARRAY], OBJECT, ([object = null, paths], { budget }) =>
    filter(object, pathTree(paths, budget), budget, 0),
  ),
  declare('json.remove', [OBJECT, SET_OR_ARRAY], OBJECT, ([object = null, paths], { budget }) =>
    remove(object, pathTree(paths, budget), budget, 0),
  ),
  declare('json.patch', [ANY, ARRAY], ANY, ([target = null, operations], { budget }) =>
    applyPatches(target, operations as RegoArray, budget),
  ),
];

/** A tree of paths: an end, which selects everything below it, or further branches. */
type PathTree = 'end' | ValueMap<PathTree>;

/** A path absorbs any longer path that starts with it. */
function pathTree(paths: Value | undefined, budget: Budget): ValueMap<PathTree> {
  const root = new ValueMap<PathTree>();
  for (const item of itemsOf(paths)) {
    const path = parsePath(item, budget);
    chargeArray(budget, 8 * path.length);
    let node: PathTree = root;
    for (const [i, segment] of path.entries()) {
      if (node === 'end') {
        break;
      }
      const known: PathTree | undefined = node.get(segment);
      const next: PathTree = i === path.length - 1 ? 'end' : (known ?? new ValueMap<PathTree>());
      if (known !== next) {
        node.set(segment, next);
      }
      node = next;
    }
  }
  return root;
}

/** Keeps only the values at the ends of paths, with their parents. Array indexes are strings, as in paths. */
function filter(value: Value, tree: PathTree, budget: Budget, depth: number): Value {
  checkDepth(depth);
  if (tree === 'end' || typeof value !== 'object' || value === null) {
    return value;
  }
  if (isArray(value)) {
    const items: Value[] = [];
    for (const [index, item] of value.entries()) {
      budget.step();
      const subtree = tree.get(String(index));
      if (subtree !== undefined) {
        items.push(filter(item, subtree, budget, depth + 1));
      }
    }
    return items;
  }
  switch (value.kind) {
    case 'number':
      return value;
    case 'set':
      return rebuildSet(value.sorted(), budget, (item) => {
        const subtree = tree.get(item);
        return subtree === undefined ? undefined : filter(item, subtree, budget, depth + 1);
      });
    case 'object':
      return rebuildObject(value, budget, (key, member) => {
        const subtree = tree.get(key);
        return subtree === undefined ? undefined : filter(member, subtree, budget, depth + 1);
      });
  }
}

/** Removes the values at the ends of paths. Array elements after a removed element move up. */
function remove(value: Value, tree: ValueMap<PathTree>, budget: Budget, depth: number): Value {
  checkDepth(depth);
  const reduce = (key: Value, part: Value): Value | undefined => {
    const subtree = tree.get(key);
    return subtree === 'end' ? undefined : subtree === undefined ? part : remove(part, subtree, budget, depth + 1);
  };
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (isArray(value)) {
    chargeArray(budget, value.length);
    return value.flatMap((item, index) => {
      const part = reduce(String(index), item);
      return part === undefined ? [] : [part];
    });
  }
  switch (value.kind) {
    case 'number':
      return value;
    case 'set':
      return rebuildSet(value.sorted(), budget, (item) => reduce(item, item));
    case 'object':
      return rebuildObject(value, budget, reduce);
  }
}

function rebuildSet(items: readonly Value[], budget: Budget, change: (item: Value) => Value | undefined): Value {
  const builder = new SetBuilder();
  for (const item of items) {
    chargeArray(budget, 4);
    const changed = change(item);
    if (changed !== undefined) {
      builder.add(changed);
    }
  }
  return builder.build();
}

function rebuildObject(
  object: RegoObject,
  budget: Budget,
  change: (key: Value, member: Value) => Value | undefined,
): RegoObject {
  const builder = new ObjectBuilder();
  object.every((member, key) => {
    chargeArray(budget, 4);
    const changed = change(key, member);
    if (changed !== undefined) {
      builder.set(key, changed);
    }
    return true;
  });
  return builder.build();
}
