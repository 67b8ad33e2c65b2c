import type { RuleNode } from '../compile/program.js';
import { OBJECT_ENTRY_BYTES } from '../values/byte-size.js';
import { ObjectBuilder, RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { CompleteGroup } from './complete-group.js';
import type { DocumentGroup, VirtualNode, World } from './context.js';
import type { TreeSource } from './document-tree.js';
import { KEY_CONFLICT, PartialObjectGroup } from './partial-object-group.js';
import { PartialSetGroup } from './partial-set-group.js';
import { Memo } from './scope.js';

/** A package, a part of a package's path, or a part of the path in a dotted rule head. */
class TreeNode implements VirtualNode {
  readonly path: readonly string[];
  private readonly memo = new Memo<Value>();

  constructor(
    private readonly world: World,
    private readonly node: RuleNode,
    readonly children: ReadonlyMap<string, VirtualNode>,
    readonly group: DocumentGroup | undefined,
  ) {
    this.path = node.path;
  }

  extent(base: Value | undefined): Value | undefined {
    const isFunction = this.node.group?.kind === 'function' && this.children.size === 0;
    // OPA merges objects; any other base value takes precedence.
    if (isFunction || (base !== undefined && !(base instanceof RegoObject))) {
      return base;
    }
    const { rt } = this.world;
    const known = this.memo.get(rt.scope);
    if (known !== undefined) {
      return known;
    }
    rt.enter();
    const merged = this.merge(base ?? RegoObject.EMPTY);
    rt.leave();
    this.memo.set(rt.scope, merged);
    return merged;
  }

  private merge(base: RegoObject): RegoObject {
    const { rt } = this.world;
    const builder = new ObjectBuilder();
    rt.budget.allocate(OBJECT_ENTRY_BYTES * (base.size + this.children.size));
    rt.budget.step(base.size);
    base.every((value, key) => {
      builder.set(key, value);
      return true;
    });
    for (const [name, child] of this.children) {
      if (rt.scope.covers(child.path)) {
        continue;
      }
      const below = base.get(name);
      const value = child.group === undefined ? child.extent(below) : child.group.value();
      if (value !== undefined) {
        builder.set(name, child.group === undefined ? value : overRules(below, value));
      }
    }
    return builder.build();
  }
}

/**
 * Merges base data at the path of a rule, which `compilePolicy` rejects but OPA's evaluator accepts: objects merge, and base data wins if
 * both have a value (`topdown` `mergeObjects`). A lookup by the rule's own path returns only the rule's value.
 */
function overRules(base: Value | undefined, virtual: Value): Value {
  if (base === undefined) {
    return virtual;
  }
  if (!(base instanceof RegoObject) || !(virtual instanceof RegoObject)) {
    return base;
  }
  return RegoObject.of([
    ...virtual.entries(),
    ...base.entries().map(([key, value]) => {
      const theirs = virtual.get(key);
      return [key, theirs === undefined ? value : overRules(value, theirs)] as const;
    }),
  ]);
}

/** Builds the tree of places below `data` that have rules. */
export function buildTree(world: World, node: RuleNode): VirtualNode {
  const children = new Map([...node.children].map(([name, child]) => [name, buildTree(world, child)]));
  return new TreeNode(world, node, children, groupOf(world, node));
}

/** Builds the group of a node. `conflict`: the message if the rules of a complete document produce different values. */
function groupOf(world: World, node: RuleNode, conflict?: string): (DocumentGroup & TreeSource) | undefined {
  const { group } = node;
  switch (group?.kind) {
    case 'complete':
      return new CompleteGroup(world, group, conflict);
    case 'partialSet':
      return new PartialSetGroup(world, group);
    case 'partialObject':
      return new PartialObjectGroup(world, group, sourcesBelow(world, node));
    case 'function':
    case undefined:
      return undefined;
  }
}

/** Returns the rules at known paths below a partial object, which become part of its document: OPA treats them as rules of that object. */
function sourcesBelow(world: World, node: RuleNode): ReadonlyMap<string, TreeSource> {
  const sources = new Map<string, TreeSource>();
  for (const [name, child] of node.children) {
    sources.set(name, groupOf(world, child, KEY_CONFLICT) ?? new Passage(sourcesBelow(world, child)));
  }
  return sources;
}

/** A place that has no rules itself, between a partial object and the rules below it. */
class Passage implements TreeSource {
  constructor(private readonly below: ReadonlyMap<string, TreeSource>) {}

  fill(...[tree, keys]: Parameters<TreeSource['fill']>): void {
    for (const [name, source] of this.below) {
      source.fill(tree, [...keys, name]);
    }
  }
}
